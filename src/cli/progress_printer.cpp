// SPDX-License-Identifier: GPL-3.0-or-later
#include "progress_printer.hpp"

#include <cstdio>

namespace plex_tuner::cli {

namespace {

constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::seconds kNextLine{10};
/// Rates of the first moments say nothing.
constexpr std::chrono::milliseconds kRateAfter{1'000};

} // namespace

std::string ProgressPrinter::line_of(
    const engine::IndexProgress& progress, std::chrono::milliseconds since_phase_began) {
    std::string line(progress.phase);
    if (progress.total == 0) {
        return line;
    }
    line += " " + std::to_string(progress.done) + " of " + std::to_string(progress.total);
    const auto ms = static_cast<std::size_t>(since_phase_began.count());
    if (since_phase_began < kRateAfter || progress.done == 0) {
        return line;
    }
    const std::size_t left = progress.total - progress.done;
    line += ", " + std::to_string(progress.done * 1'000 / ms) + "/s";
    line += ", " + std::to_string(left * ms / progress.done / 1'000) + " s left";
    return line;
}

void ProgressPrinter::show(const engine::IndexProgress& progress) {
    const auto now = Clock::now();
    const bool is_new = phase_ != progress.phase;
    if (is_new) {
        phase_ = progress.phase;
        phase_began_ = now;
    } else if (now - shown_ < (terminal_ ? Clock::duration(kRedraw) : Clock::duration(kNextLine))) {
        return;
    }
    shown_ = now;
    const std::string line = line_of(
        progress, std::chrono::duration_cast<std::chrono::milliseconds>(now - phase_began_));
    if (terminal_) {
        std::fprintf(stderr, "\r\033[K%s", line.c_str());
        line_is_open_ = true;
    } else {
        std::fprintf(stderr, "%s\n", line.c_str());
    }
}

void ProgressPrinter::clear() {
    if (line_is_open_) {
        std::fputs("\r\033[K", stderr);
        line_is_open_ = false;
    }
}

} // namespace plex_tuner::cli
