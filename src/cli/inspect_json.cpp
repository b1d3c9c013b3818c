// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect_report.hpp"

#include <plex_tuner/base/document_text.hpp>

#include <fmt/format.h>

namespace plex_tuner::cli {

namespace {

using ts::SurveyPid;
using ts::SurveyReport;

constexpr double kPcrPerMs = static_cast<double>(ts::kPcrHz) / 1'000;
constexpr double kPtsPerMs = static_cast<double>(ts::kTimestampHz) / 1'000;

std::string_view truth(bool value) {
    return value ? "true" : "false";
}

std::string or_null(bool known, auto value) {
    return known ? fmt::format("{}", value) : std::string("null");
}

std::string steps_json(const ts::StepStats& steps, double per_ms) {
    return steps.count == 0 ? "null"
                            : fmt::format(R"({{"min":{:.3f},"mean":{:.3f},"max":{:.3f}}})",
                                  static_cast<double>(steps.min) / per_ms, steps.mean() / per_ms,
                                  static_cast<double>(steps.max) / per_ms);
}

std::string_view role_name(ts::PidRole role) {
    switch (role) {
    case ts::PidRole::pat:
        return "pat";
    case ts::PidRole::pmt:
        return "pmt";
    case ts::PidRole::stream:
        return "stream";
    case ts::PidRole::clock:
        return "clock";
    case ts::PidRole::other:
        return "other";
    }
    return "other";
}

std::string format_json(const SurveyPid& pid) {
    const ts::VideoFormat video = pid.video.value_or(ts::VideoFormat{});
    const ts::AudioFormat audio = pid.audio.value_or(ts::AudioFormat{});
    const std::string_view profile = pid.video ? video.profile : audio.profile;
    return fmt::format(
        R"("profile":{},"level":{},"width":{},"height":{},"frame_rate":{},"interlaced":{},)"
        R"("reordered_pictures":{},"channels":{},"sample_rate":{})",
        profile.empty() ? "null" : json_quoted(profile),
        video.level > 0 ? fmt::format("{:.1f}", video.level / 10.0) : "null",
        or_null(video.width > 0, video.width), or_null(video.height > 0, video.height),
        video.rate.known() ? fmt::format("{:.3f}", video.rate.per_second()) : "null",
        video.scan == ts::ScanType::unknown ? std::string_view("null")
                                            : truth(video.scan == ts::ScanType::interlaced),
        or_null(pid.reordered.has_value(), pid.reordered.value_or(0)),
        or_null(audio.channels > 0, audio.channels),
        or_null(audio.sample_rate > 0, audio.sample_rate));
}

std::string pid_json(const SurveyPid& pid) {
    const bool is_stream = pid.role == ts::PidRole::stream;
    const ts::PidStats& stats = pid.stats;
    return fmt::format(
        R"({{"pid":{},"role":"{}","stream_type":{},"codec":{},"language":{},{},)"
        R"("packets":{},"bits_per_second":{},"continuity_errors":{},"duplicates":{},)"
        R"("discontinuities":{},"random_access":{},"scrambled":{},"pcr_jumps":{},"pts_jumps":{}}})",
        pid.pid, role_name(pid.role), or_null(is_stream, pid.stream_type),
        is_stream ? json_quoted(to_string(pid.codec)) : "null",
        pid.language.empty() ? "null" : json_quoted(pid.language), format_json(pid), stats.packets,
        or_null(pid.bits_per_second.has_value(), pid.bits_per_second.value_or(0)),
        stats.continuity_errors, stats.duplicates, stats.discontinuities, stats.random_access,
        stats.scrambled, stats.pcr.jumps, stats.pts.jumps);
}

std::string program_json(const SurveyReport& report) {
    if (!report.program) {
        return "null";
    }
    const ts::SurveyProgram& program = *report.program;
    return fmt::format(
        R"({{"number":{},"programs":{},"pmt_pid":{},"pcr_pid":{},"table_changes":{}}})",
        program.number, program.programs, program.pmt_pid,
        or_null(program.pcr_pid != ts::kNullPid, program.pcr_pid), program.changes);
}

std::string errors_json(const gateway::Inspection& inspection) {
    const SurveyReport& report = inspection.report;
    return fmt::format(
        R"({{"continuity":{},"transport":{},"invalid_packets":{},"duplicates":{},)"
        R"("sync_losses":{},"dropped_bytes":{},"damaged_units":{},"damaged_tables":{},)"
        R"("segments_missed":{},"sound_lost":{},"datagrams_lost":{}}})",
        report.totals.continuity_errors, report.totals.transport_errors,
        report.totals.invalid_packets, report.totals.duplicates, report.framing.sync_losses,
        report.framing.dropped_bytes, report.splicing.damaged_units, report.splicing.damaged_tables,
        inspection.segments_missed, inspection.sound_lost, inspection.datagrams_lost);
}

std::string repairs_json(const SurveyReport& report) {
    const ts::Splicer::Counters& done = report.splicing;
    return fmt::format(R"({{"needed":{},"splices":{},"clock_jumps":{},"damaged_units":{},)"
                       R"("overlapping_units":{},"dropped_packets":{},"damaged_tables":{},)"
                       R"("corrected_types":{},"repaired_aac":{},"unrepaired_aac":{}}})",
        truth(report.needs_repair()), done.splices, done.jumps, done.damaged_units, done.overlaps,
        done.dropped_packets, done.damaged_tables, done.corrected_types, done.repaired_aac,
        done.unrepaired_aac);
}

std::string clocks_json(const SurveyReport& report) {
    return fmt::format(
        R"("pcr":{{"count":{},"interval_ms":{},"jitter_ms":{},"jumps":{}}},)"
        R"("pat":{{"count":{},"interval_ms":{}}},"pmt":{{"count":{},"interval_ms":{}}},)"
        R"("key_frames":{{"count":{},"interval_ms":{}}})",
        report.clock_references, steps_json(report.clock.interval, kPcrPerMs),
        report.clock.jitter
            ? fmt::format("{:.3f}", static_cast<double>(*report.clock.jitter) / kPcrPerMs)
            : "null",
        report.clock_jumps, report.pat.count, steps_json(report.pat.interval, kPcrPerMs),
        report.pmt.count, steps_json(report.pmt.interval, kPcrPerMs), report.key_frames,
        steps_json(report.key_frame_interval, kPtsPerMs));
}

} // namespace

std::string inspection_json(std::string_view source, const gateway::Inspection& inspection) {
    const SurveyReport& report = inspection.report;
    std::string out = fmt::format(
        R"({{"source":{},"kind":{},"end":"{}","error":{},)"
        R"("first_byte_ms":{},"took_ms":{},"bytes":{},"seconds":{},"packet_size":{},"packets":{},)"
        R"("null_packets":{},"bits_per_second":{},"pieces":{},"discontinuities":{},)",
        json_quoted(source), inspection.kind.empty() ? "null" : json_quoted(inspection.kind),
        to_string(inspection.end),
        inspection.error ? json_quoted(inspection.error->message()) : "null",
        inspection.first_byte.count(), inspection.took.count(), inspection.bytes,
        report.played > 0 ? fmt::format("{:.3f}", static_cast<double>(report.played) / ts::kPcrHz)
                          : "null",
        or_null(report.packet_size > 0, report.packet_size), report.totals.packets,
        report.totals.null_packets,
        or_null(report.bits_per_second.has_value(), report.bits_per_second.value_or(0)),
        report.pieces, report.seams);
    out += fmt::format(R"("program":{},"starts_with":{},{},"errors":{},"repairs":{},"pids":[)",
        program_json(report),
        report.first_access ? json_quoted(to_string(*report.first_access)) : "null",
        clocks_json(report), errors_json(inspection), repairs_json(report));
    for (const SurveyPid& pid : report.pids) {
        out += out.back() == '[' ? "\n" : ",\n";
        out += pid_json(pid);
    }
    return out + "]}\n";
}

} // namespace plex_tuner::cli
