// SPDX-License-Identifier: GPL-3.0-or-later
// StreamSurvey on any bytes with seams between them. It must say the same in every chunking, and
// nothing that cannot be.
#include <plex_tuner/ts/stream_survey.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace {

using namespace plex_tuner;
using namespace plex_tuner::ts;

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// Pieces begin with a control byte and are 8 KiB long; chunks of them of `chunk` bytes.
SurveyReport survey(Bytes input, std::size_t chunk) {
    constexpr std::size_t kPiece = 8'192;
    StreamSurvey survey;
    SteadyTime now{std::chrono::hours(1)};
    for (bool first = true; !input.empty(); first = false) {
        const std::uint8_t control = input.front();
        input = input.subspan(1);
        Bytes piece = input.first(std::min(input.size(), kPiece));
        input = input.subspan(piece.size());
        if (!first) {
            if ((control & 0x01) != 0) {
                survey.finish_piece();
            } else {
                survey.abandon_piece();
            }
            survey.seam((control & 0x02) != 0 ? Seam::discontinuity : Seam::continuous);
        }
        now += std::chrono::milliseconds(control);
        while (!piece.empty()) {
            const Bytes part = piece.first(std::min(piece.size(), chunk));
            piece = piece.subspan(part.size());
            survey.feed(part, now);
        }
    }
    survey.finish_piece();
    return survey.report();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes input(data, size);
    const SurveyReport whole = survey(input, size + 1);
    const SurveyReport parts = survey(input, 1'000);
    check(whole.totals.packets == parts.totals.packets);
    check(whole.totals.continuity_errors == parts.totals.continuity_errors);
    check(whole.played == parts.played);
    check(whole.clock == parts.clock);
    check(whole.bits_per_second == parts.bits_per_second);
    check(whole.pids.size() == parts.pids.size());
    check(whole.played >= 0);
    check(whole.clock.jitter.value_or(0) >= 0);
    check(whole.totals.packets * kPacketSize <= size);
    std::uint64_t packets =
        whole.totals.null_packets + whole.totals.transport_errors + whole.totals.invalid_packets;
    for (const SurveyPid& pid : whole.pids) {
        packets += pid.stats.packets;
        check(pid.bits_per_second <= whole.bits_per_second);
    }
    check(packets == whole.totals.packets);
    return 0;
}
