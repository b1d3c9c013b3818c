// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/packetizer.hpp>
#include <plex_tuner/ts/stream_scanner.hpp>

#include <string_view>

namespace plex_tuner::testing {

/// What is in a stream: counters, clocks and the program.
struct TimelineFacts {
    ts::Inspector inspector;
    ts::StreamScanner scanner;
    ts::Packetizer packetizer;
    std::vector<ts::AccessPoint> points;
    std::uint64_t offset = 0;

    explicit TimelineFacts(std::string_view bytes) {
        const auto sink = [this](ts::Bytes packets) {
            inspector.feed(packets);
            scanner.feed(packets, offset, points);
            offset += packets.size();
        };
        packetizer.feed(ts::bytes_of(bytes), sink);
        packetizer.finish(sink);
    }

    [[nodiscard]] const ts::ProgramTables& tables() const { return *scanner.tables(); }

    [[nodiscard]] const ts::PidStats& video() const {
        return *inspector.pid(tables().video()->pid);
    }

    [[nodiscard]] const ts::PidStats& audio() const {
        return *inspector.pid(tables().audio()->pid);
    }

    [[nodiscard]] std::uint64_t continuity_errors() const {
        return inspector.totals().continuity_errors;
    }
};

} // namespace plex_tuner::testing
