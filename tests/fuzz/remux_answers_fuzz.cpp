// SPDX-License-Identifier: GPL-3.0-or-later
// What a worker that was taken over may send: whole and byte by byte it must come to the same.
#include "media/answer_reader.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace plex_tuner::media;

constexpr std::size_t kMaxOutput = 64 * 188;

struct Reading {
    bool well = true;
    std::string output;
    std::string outcome;

    friend bool operator==(const Reading&, const Reading&) = default;
};

Reading read(std::string_view bytes, std::size_t chunk) {
    AnswerReader reader;
    reader.begin_job(kMaxOutput);
    Reading reading;
    for (std::size_t at = 0; at < bytes.size() && reading.well; at += chunk) {
        reading.well = reader.feed(bytes.substr(at, chunk)).has_value();
    }
    reading.output = reader.take_output();
    if (const auto& outcome = reader.outcome()) {
        reading.outcome = outcome->has_value() ? std::to_string((*outcome)->end_time)
                                               : outcome->error().message();
    }
    return reading;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const Reading whole = read(bytes, size + 1);
    if (whole.output.size() > kMaxOutput || whole.output.size() % 188 != 0 ||
        !(whole == read(bytes, 1)) || !(whole == read(bytes, 7))) {
        std::abort();
    }
    for (const char c : whole.outcome) {
        if (c < ' ' || c > '~') {
            std::abort();
        }
    }
    return 0;
}
