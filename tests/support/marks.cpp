// SPDX-License-Identifier: GPL-3.0-or-later
#include "marks.hpp"

#include "child_process.hpp"

#include <charconv>

namespace plex_tuner::testing {
namespace {

/// The numbers that follow `key` in a text.
std::vector<double> numbers_behind(const std::string& text, const std::string& key) {
    std::vector<double> numbers;
    for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at)) {
        at += key.size();
        at = text.find_first_not_of(' ', at);
        double number = 0;
        if (at != std::string::npos &&
            std::from_chars(text.data() + at, text.data() + text.size(), number).ec ==
                std::errc{}) {
            numbers.push_back(number);
        }
    }
    return numbers;
}

} // namespace

Marks marks_of(const std::string& file) {
    const auto seen = run_command({"ffmpeg", "-hide_banner", "-nostdin", "-i", file, "-vf",
        "blackdetect=d=0.1:pix_th=0.15", "-af", "silencedetect=n=-35dB:d=0.2", "-f", "null", "-"});
    return {numbers_behind(seen.errors, "black_end:"), numbers_behind(seen.errors, "silence_end:"),
        seen.errors};
}

} // namespace plex_tuner::testing
