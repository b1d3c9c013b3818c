// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline_clip.hpp"

#include <plex_tuner/ts/pes.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>

namespace plex_tuner::testing {
namespace {

constexpr std::int64_t kTicksPerTimestamp = ts::kPcrHz / ts::kTimestampHz;
constexpr std::uint16_t kFirstStreamPid = 0x20; // below: tables and reserved (13818-1 table 2-3)

bool is_video(const ts::ElementaryStream& stream) {
    return ts::is_video(stream.codec);
}

} // namespace

TimelineClip::TimelineClip(std::string bytes) : bytes_(std::move(bytes)) {
    if (bytes_.empty() || bytes_.size() % ts::kPacketSize != 0) {
        throw std::runtime_error("timeline clip: no whole number of packets");
    }
    times_.resize(bytes_.size() / ts::kPacketSize);
    joins_.resize(times_.size());
    read_tables();
    measure_times();
    find_joins();
    measure_period();
}

void TimelineClip::read_tables() {
    std::optional<ts::Pat> pat;
    for (std::size_t i = 0; i < packets(); ++i) {
        const ts::PacketView view(packet(i));
        if (!view.unit_start() || view.payload().empty()) {
            continue;
        }
        ts::SectionAssembler assembler;
        assembler.feed(view, [&](ts::Bytes section) {
            if (view.pid() == ts::kPatPid) {
                if (auto parsed = ts::parse_pat(section); parsed && !parsed->programs.empty()) {
                    pat = std::move(*parsed);
                }
            } else if (pat && view.pid() == pat->programs.front().pid) {
                if (auto parsed = ts::parse_pmt(section)) {
                    pmt_ = std::move(*parsed);
                }
            }
        });
        if (pat && !pmt_.streams.empty()) {
            pat_ = std::move(*pat);
            return;
        }
    }
    throw std::runtime_error("timeline clip: no tables");
}

void TimelineClip::measure_times() {
    std::optional<std::int64_t> first;
    std::int64_t time = 0;
    for (std::size_t i = 0; i < packets(); ++i) {
        const ts::PacketView view(packet(i));
        if (const auto pcr = view.pcr(); pcr && view.pid() == pmt_.pcr_pid) {
            first = first.value_or(*pcr);
            time = std::max(time, ts::pcr_difference(*pcr, *first));
        }
        times_[i] = time;
    }
    if (!first) {
        throw std::runtime_error("timeline clip: no PCR");
    }
    first_pcr_ = *first;
}

void TimelineClip::find_joins() {
    const auto video = std::ranges::find_if(pmt_.streams, is_video);
    std::optional<std::size_t> tables;
    for (std::size_t i = 0; i < packets(); ++i) {
        const ts::PacketView view(packet(i));
        if (view.pid() == ts::kPatPid) {
            tables = tables.value_or(i);
        } else if (view.pid() >= kFirstStreamPid && view.pid() != pmt_pid() &&
                   view.pid() != ts::kNullPid) {
            if (tables && video != pmt_.streams.end() && view.pid() == video->pid &&
                view.unit_start() && view.random_access()) {
                joins_[*tables] = true;
                std::fill(times_.begin() + static_cast<std::ptrdiff_t>(*tables),
                    times_.begin() + static_cast<std::ptrdiff_t>(i), times_[i]);
            }
            tables.reset();
        }
    }
}

void TimelineClip::measure_period() {
    struct Span {
        std::int64_t first = 0;
        std::int64_t last = 0;
        std::int64_t count = 0;
    };

    std::map<std::uint16_t, Span> spans;
    for (std::size_t i = 0; i < packets(); ++i) {
        const ts::PacketView view(packet(i));
        const auto header = view.unit_start() ? ts::parse_pes_header(view.payload()) : std::nullopt;
        if (header && header->pts) {
            const std::int64_t time = header->dts.value_or(*header->pts);
            Span& span = spans.try_emplace(view.pid(), Span{time, time, 0}).first->second;
            span.last = time;
            ++span.count;
        }
    }
    std::int64_t longest = 0;
    for (const auto& [pid, span] : spans) {
        const std::int64_t length = ts::timestamp_difference(span.last, span.first);
        const std::int64_t step = span.count > 1 ? length / (span.count - 1) : 0;
        longest = std::max(longest, length + step);
    }
    period_ = std::max(longest * kTicksPerTimestamp, times_.back() + kTicksPerTimestamp);
}

} // namespace plex_tuner::testing
