// SPDX-License-Identifier: GPL-3.0-or-later
#include "aac_profile.hpp"
#include "elementary_probe.hpp"

#include <plex_tuner/ts/format_scanner.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::ts {

FormatScanner::FormatScanner() = default;
FormatScanner::~FormatScanner() = default;
FormatScanner::FormatScanner(FormatScanner&&) noexcept = default;
FormatScanner& FormatScanner::operator=(FormatScanner&&) noexcept = default;

bool FormatScanner::examine(Bytes packets, const std::shared_ptr<const ProgramTables>& tables) {
    if (tables != tables_) {
        tables_ = tables;
        begin();
    }
    if (!looking_) {
        return false;
    }
    looked_at_ += packets.size();
    for (; packets.size() >= kPacketSize && !probes_.empty();
        packets = packets.subspan(kPacketSize)) {
        const PacketView packet(packets.data());
        const auto probe = std::ranges::find(
            probes_, packet.pid(), [](const auto& candidate) { return candidate->pid(); });
        if (probe == probes_.end() || packet.transport_error() || !packet.has_sync()) {
            continue;
        }
        if ((*probe)->feed(packet)) {
            (*probe)->tell(found_);
            probes_.erase(probe);
        }
    }
    return (probes_.empty() || looked_at_ >= kPatience) && settle();
}

void FormatScanner::look_again() noexcept {
    tables_.reset();
    probes_.clear();
    looking_ = false;
}

/// What the tables say, and a probe for the rest of each stream.
void FormatScanner::begin() {
    probes_.clear();
    found_ = {};
    looked_at_ = 0;
    looking_ = tables_ != nullptr;
    if (!looking_) {
        return;
    }
    const auto look_into = [&](const ElementaryStream& stream, std::size_t place) {
        if (auto probe = ElementaryProbe::create(stream.codec, stream.pid, place)) {
            probes_.push_back(std::move(probe));
        }
    };
    if (const ElementaryStream* video = tables_->video(); video != nullptr) {
        found_.video = VideoFormat{.codec = video->codec};
        look_into(*video, 0);
    }
    for (const ElementaryStream& stream : tables_->pmt.streams) {
        if (is_audio(stream.codec) && found_.audio.size() < kMaxAudioStreams) {
            look_into(stream, found_.audio.size());
            found_.audio.push_back({.codec = stream.codec,
                .language = stream.language,
                .profile = aac_profile_of_descriptors(stream.descriptors)});
        }
    }
}

bool FormatScanner::settle() {
    looking_ = false;
    probes_.clear();
    return std::exchange(format_, std::move(found_)) != format_;
}

} // namespace plex_tuner::ts
