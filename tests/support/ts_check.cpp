// SPDX-License-Identifier: GPL-3.0-or-later
// ts-check: reads a transport stream from a file or stdin and prints what is in it as key=value.
// Exit 0 when it is what a viewer must get: in sync, no continuity error, and PAT, PMT and a random
// access point first. Exit 1 when not, 2 on wrong usage.
#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/packetizer.hpp>
#include <plex_tuner/ts/pes.hpp>
#include <plex_tuner/ts/stream_scanner.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace plex_tuner::ts;

constexpr const char* kUsage =
    "usage: ts-check [--any-start] [--allow-fallback] [FILE]\n"
    "  --any-start       do not ask for PAT, PMT and a random access point at the start\n"
    "  --allow-fallback  a start that is only guessed to be a random access point will do\n";

struct Arguments {
    bool any_start = false;
    bool allow_fallback = false;
    std::string file;
};

/// PSI or packets without payload: what may stand before the first picture.
struct Start {
    std::vector<std::uint16_t> payload_pids; ///< of the first packets with payload, in order
    std::uint64_t first_media = 0;           ///< offset of the first that is not PAT or PMT
    bool media_seen = false;
};

class Check {
public:
    void feed(Bytes run) {
        for (std::size_t at = 0; at < run.size() && !start_.media_seen; at += kPacketSize) {
            note_start(PacketView(run.data() + at), offset_ + at);
        }
        inspector_.feed(run);
        std::vector<AccessPoint> points;
        scanner_.feed(run, offset_, points);
        for (AccessPoint& point : points) {
            if (!first_) {
                first_ = std::make_unique<AccessPoint>(std::move(point));
            }
            ++points_;
        }
        offset_ += run.size();
    }

    int report(const Packetizer::Counters& cut, const Arguments& arguments) const {
        const StreamTotals& totals = inspector_.totals();
        std::printf("packets=%llu\nbytes=%llu\nsync_losses=%llu\ndropped_bytes=%llu\n",
            number(totals.packets), number(offset_), number(cut.sync_losses),
            number(cut.dropped_bytes));
        std::printf("continuity_errors=%llu\nduplicates=%llu\ndiscontinuities=%llu\n"
                    "transport_errors=%llu\ninvalid_packets=%llu\nnull_packets=%llu\n",
            number(totals.continuity_errors), number(totals.duplicates),
            number(totals.discontinuities), number(totals.transport_errors),
            number(totals.invalid_packets), number(totals.null_packets));
        report_streams();
        const bool tables_first = start_.payload_pids.size() >= 2 &&
                                  start_.payload_pids[0] == kPatPid && scanner_.tables() &&
                                  start_.payload_pids[1] == scanner_.tables()->pmt_pid;
        const bool access_first = first_ && start_.media_seen &&
                                  first_->offset == start_.first_media &&
                                  (arguments.allow_fallback || !is_fallback(first_->reason));
        std::printf("access_points=%llu\nfirst_access=%s\ntables_first=%d\naccess_first=%d\n",
            number(points_), first_ ? std::string(to_string(first_->reason)).c_str() : "none",
            tables_first ? 1 : 0, access_first ? 1 : 0);
        const bool clean = totals.packets > 0 && cut.sync_losses == 0 &&
                           totals.continuity_errors == 0 && totals.transport_errors == 0 &&
                           totals.invalid_packets == 0;
        const bool good = clean && (arguments.any_start || (tables_first && access_first));
        std::printf("result=%s\n", good ? "ok" : "bad");
        return good ? 0 : 1;
    }

private:
    static unsigned long long number(std::uint64_t value) { return value; }

    void note_start(PacketView packet, std::uint64_t offset) {
        if (!packet.has_payload() || packet.pid() == kNullPid) {
            return;
        }
        if (start_.payload_pids.size() < 2) {
            start_.payload_pids.push_back(packet.pid());
        }
        const bool table =
            packet.pid() == kPatPid || packet.pid() == scanner_.tracker().pmt_pid() ||
            std::ranges::find(start_.payload_pids, packet.pid()) != start_.payload_pids.end();
        if (!table) {
            start_.media_seen = true;
            start_.first_media = offset;
        }
    }

    void report_streams() const {
        if (!scanner_.tables()) {
            std::printf("pmt_pid=none\n");
            return;
        }
        const ProgramTables& tables = *scanner_.tables();
        std::printf("pmt_pid=%u\npcr_pid=%u\n", tables.pmt_pid, tables.pmt.pcr_pid);
        if (const PidStats* clock = inspector_.pid(tables.pmt.pcr_pid)) {
            std::printf("pcr_count=%llu\npcr_jumps=%llu\npcr_backwards=%llu\n",
                number(clock->pcr.count), number(clock->pcr.jumps), number(clock->pcr.backwards));
        }
        for (const ElementaryStream& stream : tables.pmt.streams) {
            const PidStats* stats = inspector_.pid(stream.pid);
            const std::string codec(to_string(stream.codec));
            const std::int64_t span =
                stats != nullptr && stats->pts.first
                    ? timestamp_difference(*stats->pts.last, *stats->pts.first)
                    : 0;
            std::printf(
                "stream=%u codec=%s packets=%llu pts_count=%llu pts_jumps=%llu span_ms=%lld\n",
                stream.pid, codec.c_str(), number(stats != nullptr ? stats->packets : 0),
                number(stats != nullptr ? stats->pts.count : 0),
                number(stats != nullptr ? stats->pts.jumps : 0),
                static_cast<long long>(span / (kTimestampHz / 1000)));
        }
    }

    Start start_;
    Inspector inspector_;
    StreamScanner scanner_;
    std::unique_ptr<AccessPoint> first_;
    std::uint64_t points_ = 0;
    std::uint64_t offset_ = 0;
};

bool parse_arguments(int argc, char** argv, Arguments& arguments) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--any-start") {
            arguments.any_start = true;
        } else if (argument == "--allow-fallback") {
            arguments.allow_fallback = true;
        } else if (argument.starts_with("--") || !arguments.file.empty()) {
            return false;
        } else {
            arguments.file = argument;
        }
    }
    return true;
}

} // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    if (!parse_arguments(argc, argv, arguments)) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    const bool from_file = !arguments.file.empty() && arguments.file != "-";
    std::FILE* file = from_file ? std::fopen(arguments.file.c_str(), "rb") : stdin;
    if (file == nullptr) {
        std::perror(arguments.file.c_str());
        return 2;
    }
    Packetizer packetizer;
    Check check;
    const auto sink = [&](Bytes run) {
        check.feed(run);
    };
    std::vector<std::uint8_t> buffer(1 << 16);
    std::size_t size = 0;
    while ((size = std::fread(buffer.data(), 1, buffer.size(), file)) > 0) {
        packetizer.feed(Bytes(buffer).first(size), sink);
    }
    packetizer.finish(sink);
    if (from_file) {
        std::fclose(file);
    }
    return check.report(packetizer.counters(), arguments);
}
