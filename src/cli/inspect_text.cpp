// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect_report.hpp"

#include <initializer_list>
#include <utility>

#include <fmt/format.h>

namespace plex_tuner::cli {

namespace {

using ts::SurveyPid;
using ts::SurveyReport;

constexpr double kPcrPerMs = static_cast<double>(ts::kPcrHz) / 1'000;
constexpr double kPtsPerMs = static_cast<double>(ts::kTimestampHz) / 1'000;
/// In the table; -json has all.
constexpr std::size_t kMaxPids = 64;

std::string line(std::string_view name, const std::string& text) {
    return fmt::format("{:<15}{}\n", name, text);
}

std::string ms_text(double ms) {
    return ms >= 1'000 ? fmt::format("{:.2f} s", ms / 1'000) : fmt::format("{:.1f} ms", ms);
}

/// "every 40.0 ms (20.0 ms to 60.0 ms)"
std::string steps_text(const ts::StepStats& steps, double per_ms) {
    if (steps.count == 0) {
        return "too few to tell an interval";
    }
    return fmt::format("every {} ({} to {})", ms_text(steps.mean() / per_ms),
        ms_text(static_cast<double>(steps.min) / per_ms),
        ms_text(static_cast<double>(steps.max) / per_ms));
}

std::string rate_text(std::uint64_t bits_per_second) {
    return bits_per_second >= 1'000'000
               ? fmt::format("{:.2f} Mb/s", static_cast<double>(bits_per_second) / 1e6)
               : fmt::format("{:.1f} kb/s", static_cast<double>(bits_per_second) / 1e3);
}

/// "3 splices, 1 clock jump", of those that are not zero.
std::string counts_text(std::initializer_list<std::pair<std::uint64_t, std::string_view>> counts) {
    std::string text;
    for (const auto& [count, what] : counts) {
        if (count > 0) {
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
        }
    }
    return text;
}

std::string_view end_text(gateway::InspectionEnd end) {
    switch (end) {
    case gateway::InspectionEnd::over:
        return "to its end";
    case gateway::InspectionEnd::limit:
        return "then stopped as asked";
    case gateway::InspectionEnd::interrupted:
        return "then interrupted";
    case gateway::InspectionEnd::broken:
        return "then it broke off";
    }
    return "";
}

std::string input_text(const gateway::Inspection& inspection) {
    const SurveyReport& report = inspection.report;
    std::string text = fmt::format(
        "{}, packets of {} bytes, {} bytes", inspection.kind, report.packet_size, inspection.bytes);
    if (report.pieces > 1) {
        text += fmt::format(" in {} pieces", report.pieces);
    }
    if (report.played > 0) {
        text +=
            fmt::format("; {:.1f} s of stream", static_cast<double>(report.played) / ts::kPcrHz);
    }
    return text + fmt::format(" in {:.1f} s, {}",
                      static_cast<double>(inspection.took.count()) / 1'000,
                      end_text(inspection.end));
}

std::string program_text(const SurveyReport& report) {
    if (!report.program) {
        return "none: PAT or PMT did not come";
    }
    const ts::SurveyProgram& program = *report.program;
    std::string text = fmt::format("{}, PMT 0x{:04X}, ", program.number, program.pmt_pid);
    text += program.pcr_pid == ts::kNullPid ? std::string("no PCR announced")
                                            : fmt::format("PCR 0x{:04X}", program.pcr_pid);
    if (program.programs > 1) {
        text += fmt::format(", of {} in the PAT", program.programs);
    }
    if (program.changes > 0) {
        text += fmt::format(", tables changed {} times", program.changes);
    }
    return text;
}

std::string rate_line(const SurveyReport& report) {
    if (!report.bits_per_second) {
        return "not known without a clock";
    }
    const double nulls = report.totals.packets == 0
                             ? 0
                             : static_cast<double>(report.totals.null_packets) * 100 /
                                   static_cast<double>(report.totals.packets);
    return rate_text(*report.bits_per_second) +
           (nulls > 0 ? fmt::format(", {:.1f} % of it null packets", nulls) : std::string());
}

std::string clock_text(const SurveyReport& report) {
    if (report.clock_references == 0) {
        return "none";
    }
    std::string text = steps_text(report.clock.interval, kPcrPerMs);
    text += report.clock.jitter
                ? fmt::format(", jitter {} within 10 s",
                      ms_text(static_cast<double>(*report.clock.jitter) / kPcrPerMs))
                : std::string(", jitter not known: it did not come at its own pace for 10 s");
    if (report.clock_jumps > 0) {
        text += fmt::format(", {} jumps", report.clock_jumps);
    }
    return text;
}

std::string table_text(const ts::SurveyTables& table) {
    return table.count == 0 ? std::string("none")
           : table.interval.count == 0
               ? fmt::format("{}", table.count)
               // Where the clock ticks seldom, the least says nothing.
               : fmt::format("{}, every {} (at most {})", table.count,
                     ms_text(table.interval.mean() / kPcrPerMs),
                     ms_text(static_cast<double>(table.interval.max) / kPcrPerMs));
}

std::string key_frame_text(const SurveyReport& report) {
    if (report.key_frames == 0) {
        return "none";
    }
    return fmt::format(
        "{}, {}", report.key_frames, steps_text(report.key_frame_interval, kPtsPerMs));
}

std::string start_text(const SurveyReport& report) {
    if (!report.first_access) {
        return report.useful ? "nowhere: neither a key frame nor sound to begin with"
                             : "nowhere: there are neither pictures nor sound";
    }
    switch (*report.first_access) {
    case ts::AccessReason::key_frame:
        return "with a key frame";
    case ts::AccessReason::recovery_point:
        return "with a recovery point";
    case ts::AccessReason::audio:
        return "with sound, there is no video";
    case ts::AccessReason::indicator:
        return "with what is marked as a place to start, for want of a key frame";
    case ts::AccessReason::any_picture:
        return "with any picture, for want of a key frame";
    case ts::AccessReason::any_audio:
        return "with sound, for want of pictures";
    }
    return "";
}

std::string error_text(const gateway::Inspection& inspection) {
    const SurveyReport& report = inspection.report;
    const std::string text = counts_text({{report.totals.continuity_errors, "continuity errors"},
        {report.totals.transport_errors, "packets with the error bit"},
        {report.totals.invalid_packets, "packets of no valid form"},
        {report.totals.duplicates, "duplicates"}, {report.framing.sync_losses, "losses of sync"},
        {report.framing.dropped_bytes, "bytes outside of packets"},
        {report.splicing.damaged_units, "damaged pictures or pieces of sound"},
        {report.splicing.damaged_tables, "damaged tables"},
        {inspection.segments_missed, "segments missed"},
        {inspection.sound_lost, "segments of sound lost"},
        {inspection.datagrams_lost, "datagrams lost"}});
    return text.empty() ? "none" : text;
}

std::string jump_text(const SurveyReport& report) {
    std::uint64_t flagged = report.totals.discontinuities;
    std::uint64_t times = 0;
    for (const SurveyPid& pid : report.pids) {
        times += pid.role == ts::PidRole::stream ? pid.stats.pts.jumps : 0;
    }
    const std::string text = counts_text({{report.seams, "announced by the playlist"},
        {flagged, "packets with the discontinuity bit"}, {report.clock_jumps, "jumps of the PCR"},
        {times, "jumps of a PTS"}});
    return text.empty() ? "none" : text;
}

std::string repair_text(const SurveyReport& report) {
    if (!report.needs_repair()) {
        return "none: it would be passed on as it is";
    }
    const ts::Splicer::Counters& done = report.splicing;
    const std::string text =
        counts_text({{done.splices, "seams hidden"}, {done.jumps, "clock jumps hidden"},
            {done.damaged_units, "damaged pictures or pieces of sound left out"},
            {done.overlaps, "pieces of sound left out at seams"},
            {done.dropped_packets, "damaged packets left out"},
            {done.corrected_types, "stream types corrected"},
            {done.repaired_aac, "AAC streams given a channel configuration"}});
    return text.empty() ? "packets put in order again" : text;
}

std::string format_text(const SurveyPid& pid) {
    std::string text;
    if (pid.video && pid.video->height > 0) {
        text = fmt::format("{}x{}", pid.video->width, pid.video->height);
        if (pid.video->scan != ts::ScanType::unknown) {
            text += fmt::format(" {}", to_string(pid.video->scan));
        }
        if (pid.video->rate.known()) {
            text += fmt::format(" {:.5g} fps", pid.video->rate.per_second());
        }
        if (!pid.video->profile.empty()) {
            text += fmt::format(", {}", pid.video->profile);
        }
        if (pid.video->level > 0) {
            text += fmt::format(
                "{} {:.1f}", pid.video->profile.empty() ? ", level" : "", pid.video->level / 10.0);
        }
        if (pid.reordered && *pid.reordered > 0) {
            text += fmt::format(", B pictures of depth {}", *pid.reordered);
        }
    }
    if (pid.audio && pid.audio->channels > 0) {
        text =
            fmt::format("{} channel{}", pid.audio->channels, pid.audio->channels == 1 ? "" : "s");
        if (pid.audio->sample_rate > 0) {
            text += fmt::format(" {} Hz", pid.audio->sample_rate);
        }
        if (!pid.audio->profile.empty()) {
            text += fmt::format(" {}", pid.audio->profile);
        }
    }
    if (!pid.language.empty()) {
        text += (text.empty() ? "" : " ") + pid.language;
    }
    if (pid.stats.scrambled > 0) {
        text += (text.empty() ? "" : " ") + std::string("SCRAMBLED");
    }
    return text;
}

std::string content_text(const SurveyPid& pid) {
    switch (pid.role) {
    case ts::PidRole::pat:
        return "PAT";
    case ts::PidRole::pmt:
        return "PMT";
    case ts::PidRole::stream:
        return std::string(to_string(pid.codec));
    case ts::PidRole::clock:
        return "PCR";
    case ts::PidRole::other:
        return "other";
    }
    return "other";
}

std::string pid_table(const SurveyReport& report) {
    std::string text = fmt::format("\n{:<8}{:<6}{:<12}{:>12}{:>10}{:>8}{:>8}  {}\n", "PID", "type",
        "content", "rate", "packets", "CC", "jumps", "details");
    std::size_t shown = 0;
    for (const SurveyPid& pid : report.pids) {
        if (++shown > kMaxPids) {
            text += fmt::format("and {} more; -json has all\n", report.pids.size() - kMaxPids);
            break;
        }
        std::string row = fmt::format("0x{:04X}  {:<6}{:<12}{:>12}{:>10}{:>8}{:>8}  {}", pid.pid,
            pid.role == ts::PidRole::stream ? fmt::format("0x{:02X}", pid.stream_type) : "",
            content_text(pid), pid.bits_per_second ? rate_text(*pid.bits_per_second) : "",
            pid.stats.packets, pid.stats.continuity_errors,
            pid.stats.pcr.jumps + pid.stats.pts.jumps, format_text(pid));
        row.erase(row.find_last_not_of(' ') + 1);
        text += row + "\n";
    }
    return text;
}

} // namespace

std::string inspection_text(std::string_view source, const gateway::Inspection& inspection) {
    const SurveyReport& report = inspection.report;
    return line("source", std::string(source)) + line("input", input_text(inspection)) +
           line("programme", program_text(report)) + line("bitrate", rate_line(report)) +
           line("PCR", clock_text(report)) + line("PAT", table_text(report.pat)) +
           line("PMT", table_text(report.pmt)) + line("key frames", key_frame_text(report)) +
           line("viewers start", start_text(report)) + line("errors", error_text(inspection)) +
           line("seams", jump_text(report)) + line("repairs", repair_text(report)) +
           pid_table(report);
}

} // namespace plex_tuner::cli
