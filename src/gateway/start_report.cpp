// SPDX-License-Identifier: GPL-3.0-or-later
#include "start_report.hpp"

#include <chrono>

namespace plex_tuner::gateway {

void StartReport::look(const ChannelOutput& output, std::uint64_t bytes, SteadyTime now) {
    const ts::Splicer::Progress progress = output.progress();
    bytes_ = bytes;
    media_packets_ = progress.media_packets;
    program_ = progress.program;
    if (bytes > 0 && !first_byte_) {
        first_byte_ = now;
    }
    if (program_ != ts::Splicer::Program::unknown && !tables_) {
        tables_ = now;
    }
    if (output.first_access() && !key_frame_) {
        key_frame_ = now;
    }
    if (const auto& tables = output.tables()) {
        if (const auto* video = tables->video()) {
            video_pid_ = video->pid;
        }
        if (const auto* audio = tables->audio()) {
            audio_pid_ = audio->pid;
        }
    }
}

void StartReport::write(const log::Logger& log) const {
    const auto pid = [](const std::optional<std::uint16_t>& one) {
        return one ? std::to_string(*one) : std::string("none");
    };
    const auto ms = [this](const std::optional<SteadyTime>& time) {
        using std::chrono::milliseconds;
        return time ? std::to_string(
                          std::chrono::duration_cast<milliseconds>(*time - begun_).count())
                    : std::string("never");
    };
    log.with({{"bytes", bytes_}, {"media_packets", media_packets_}, {"video_pid", pid(video_pid_)},
                 {"audio_pid", pid(audio_pid_)}})
        .info(has_started() ? "channel started" : "channel did not start",
            {{"first_byte_ms", ms(first_byte_)}, {"tables_ms", ms(tables_)},
                {"key_frame_ms", ms(key_frame_)}, {"missing", missing()}});
}

std::string StartReport::missing() const {
    using Program = ts::Splicer::Program;
    if (bytes_ == 0 || key_frame_) {
        return {};
    }
    if (program_ == Program::unknown) {
        return "bytes came, but no PAT and PMT";
    }
    if (program_ == Program::useless) {
        return "the program has neither pictures nor sound";
    }
    return media_packets_ == 0 ? "PAT and PMT came, but nothing of the streams they name"
                               : "pictures or sound came, but no key frame with parameter sets";
}

} // namespace plex_tuner::gateway
