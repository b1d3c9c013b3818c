// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/pes.hpp>
#include <plex_tuner/ts/stream_survey.hpp>

#include <algorithm>

namespace plex_tuner::ts {
namespace {

/// A rate over less says nothing.
constexpr std::int64_t kLeastPlayed = kPcrHz / 10;

/// What the splicer gets at once, as from a network.
constexpr std::size_t kReadSize = 64 * kPacketSize;

/// The streams of a program with what is known of each.
struct KnownStream {
    std::uint16_t pid = kNullPid;
    Codec codec = Codec::unknown;
    std::optional<VideoFormat> video{};
    std::optional<AudioFormat> audio{};
};

/// FormatScanner tells of the first video, and of audio in the order of the PMT.
[[nodiscard]] std::vector<KnownStream> known_streams(
    const std::shared_ptr<const ProgramTables>& tables, const StreamFormat& format) {
    std::vector<KnownStream> result;
    if (!tables) {
        return result;
    }
    const ElementaryStream* video = tables->video();
    std::size_t audio = 0;
    for (const ElementaryStream& stream : tables->pmt.streams) {
        KnownStream& known = result.emplace_back();
        known.pid = stream.pid;
        known.codec = stream.codec;
        if (&stream == video) {
            known.video = format.video;
        } else if (is_audio(stream.codec) && audio < format.audio.size()) {
            known.audio = format.audio[audio++];
        }
    }
    return result;
}

[[nodiscard]] bool has_details(const SurveyPid& pid) noexcept {
    return (pid.video && pid.video->height > 0) || (pid.audio && pid.audio->channels > 0);
}

[[nodiscard]] bool has_details(const KnownStream& stream) noexcept {
    return (stream.video && stream.video->height > 0) ||
           (stream.audio && stream.audio->channels > 0);
}

} // namespace

bool SurveyReport::needs_repair() const noexcept {
    const Splicer::Counters& done = splicing;
    return done.splices + done.jumps + done.continuity_errors + done.damaged_units +
               done.dropped_packets + done.damaged_tables + done.overlaps + done.corrected_types +
               done.repaired_aac + framing.sync_losses >
           0;
}

void StreamSurvey::TableMeter::see(std::int64_t played, bool clocked) noexcept {
    ++count;
    if (!clocked) {
        return;
    }
    if (last) {
        interval.add(played - *last);
    }
    last = played;
}

void StreamSurvey::feed(Bytes bytes, SteadyTime now) {
    now_ = now;
    pieces_ = std::max<std::uint64_t>(pieces_, 1);
    packetizer_.feed(bytes, [this](Bytes run) { take(run); });
    packet_size_ = packetizer_.stride() != 0 ? packetizer_.stride() : packet_size_;
}

void StreamSurvey::finish_piece() {
    packet_size_ = packetizer_.stride() != 0 ? packetizer_.stride() : packet_size_;
    packetizer_.finish([this](Bytes run) { take(run); });
    splicer_.finish_piece();
}

void StreamSurvey::abandon_piece() {
    packetizer_.restart();
    splicer_.abandon_piece();
}

void StreamSurvey::seam(Seam kind) {
    const bool other_clock = kind == Seam::discontinuity;
    ++pieces_;
    seams_ += other_clock ? 1 : 0;
    packetizer_.restart();
    inspector_.seam(other_clock);
    splicer_.seam(kind, false);
    if (other_clock) {
        clock_.new_clock();
        pictures_.new_clock();
        formats_.look_again();
        sent_formats_.look_again();
        scanner_.seam(false);
    }
}

void StreamSurvey::take(Bytes run) {
    for (Bytes rest = run; rest.size() >= kPacketSize; rest = rest.subspan(kPacketSize)) {
        follow(PacketView(rest.data()));
    }
    inspector_.feed(run);
    formats_.feed(run, tracker_.tables());
    while (!run.empty()) {
        const Bytes part = run.first(std::min(run.size(), kReadSize));
        run = run.subspan(part.size());
        splicer_.feed(part);
        if (first_access_) {
            splicer_.hold(true); // as a channel does once it has started
        }
    }
}

void StreamSurvey::follow(PacketView packet) {
    const auto count = clock_.count();
    clock_.feed(packet.bytes(), now_);
    if (clock_.count() != count) {
        first_clock_at_ = first_clock_at_.value_or(packets_);
        last_clock_at_ = packets_;
    }
    ++packets_;
    if (packet.transport_error() || !packet.has_sync()) {
        return;
    }
    if (packet.unit_start() && (packet.pid() == kPatPid || packet.pid() == tracker_.pmt_pid())) {
        (packet.pid() == kPatPid ? pat_ : pmt_).see(clock_.played(), clock_.count() > 0);
    }
    table_changes_ += tracker_.feed(packet) ? 1 : 0;
    const ElementaryStream* video = tracker_.tables() ? tracker_.tables()->video() : nullptr;
    if (video != nullptr && packet.pid() == video->pid && packet.unit_start() &&
        !packet.scrambled()) {
        const auto header = parse_pes_header(packet.payload());
        if (header && header->pts) {
            pictures_.see(*header->pts);
        }
    }
}

void StreamSurvey::packets(Bytes packets) {
    found_.clear();
    scanner_.feed(packets, sent_, found_);
    sent_ += packets.size();
    sent_formats_.feed(packets, scanner_.tables());
    for (const AccessPoint& point : found_) {
        key_frames_.see(point);
        first_access_ = first_access_.value_or(point.reason);
    }
}

std::optional<std::uint64_t> StreamSurvey::bits_per_second() const noexcept {
    if (clock_.played() < kLeastPlayed || !first_clock_at_) {
        return std::nullopt;
    }
    const double bits = static_cast<double>((last_clock_at_ - *first_clock_at_) * kPacketSize) * 8;
    return static_cast<std::uint64_t>(bits * kPcrHz / static_cast<double>(clock_.played()));
}

SurveyPid StreamSurvey::pid_report(std::uint16_t pid) const {
    SurveyPid result;
    result.pid = pid;
    result.stats = *inspector_.pid(pid);
    const auto& tables = tracker_.tables();
    if (pid == kPatPid) {
        result.role = PidRole::pat;
    } else if (tables && pid == tables->pmt_pid) {
        result.role = PidRole::pmt;
    } else if (const ElementaryStream* stream = tables ? tables->stream(pid) : nullptr) {
        result.role = PidRole::stream;
        result.stream_type = stream->stream_type;
        result.codec = stream->codec;
        result.language = stream->language;
        result.reordered = stream == tables->video() ? pictures_.depth() : std::nullopt;
    } else if (tables && pid == tables->pmt.pcr_pid) {
        result.role = PidRole::clock;
    }
    return result;
}

void StreamSurvey::add_formats(SurveyReport& report) const {
    const auto apply = [&](const std::vector<KnownStream>& streams) {
        for (const KnownStream& stream : streams) {
            const auto row = std::ranges::find(report.pids, stream.pid, &SurveyPid::pid);
            if (row != report.pids.end() && row->role == PidRole::stream && !has_details(*row) &&
                (has_details(stream) || (!row->video && !row->audio))) {
                row->codec = stream.codec;
                row->video = stream.video;
                row->audio = stream.audio;
            }
        }
    };
    apply(known_streams(tracker_.tables(), formats_.findings()));
    // What the PMT announces as something else than it is, viewers are told rightly.
    apply(known_streams(scanner_.tables(), sent_formats_.findings()));
}

SurveyReport StreamSurvey::report() const {
    SurveyReport report;
    report.packet_size = packet_size_;
    report.framing = packetizer_.counters();
    report.totals = inspector_.totals();
    report.pieces = pieces_;
    report.seams = seams_;
    if (const auto& tables = tracker_.tables()) {
        const auto programs = std::ranges::count_if(
            tables->pat.programs, [](const PatProgram& program) { return program.number != 0; });
        report.program = {.number = tables->pmt.program_number,
            .pmt_pid = tables->pmt_pid,
            .pcr_pid = tables->pmt.pcr_pid,
            .programs = static_cast<std::size_t>(programs),
            .changes = table_changes_ - 1};
    }
    report.played = clock_.played();
    report.bits_per_second = bits_per_second();
    for (const std::uint16_t pid : inspector_.pids()) {
        SurveyPid& row = report.pids.emplace_back(pid_report(pid));
        if (report.bits_per_second && packets_ > 0) {
            const double share =
                static_cast<double>(row.stats.packets) / static_cast<double>(packets_);
            row.bits_per_second =
                static_cast<std::uint64_t>(static_cast<double>(*report.bits_per_second) * share);
        }
    }
    std::ranges::sort(report.pids, {}, &SurveyPid::pid);
    add_formats(report);
    report.format = scanner_.tables() ? sent_formats_.findings() : formats_.findings();
    report.clock_references = clock_.count();
    report.clock_jumps = clock_.jumps();
    report.clock = clock_.overall();
    report.pat = {.count = pat_.count, .interval = pat_.interval};
    report.pmt = {.count = pmt_.count, .interval = pmt_.interval};
    report.key_frames = key_frames_.count();
    report.key_frame_interval = key_frames_.intervals();
    report.first_access = first_access_;
    report.splicing = splicer_.counters();
    report.useful = splicer_.progress().program == Splicer::Program::useful;
    return report;
}

} // namespace plex_tuner::ts
