// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/random_access.hpp>

#include <algorithm>

namespace plex_tuner::ts {
namespace {

constexpr std::size_t kPesFixedSize = 9; ///< to the header length
/// Between neighbouring starts; a longer step is a jump of the time base and no waiting.
constexpr std::int64_t kMaxStepTicks = 10 * kTimestampHz;
constexpr std::int64_t kTicksPerMs = kTimestampHz / 1000;
/// Patience with streams that have shown key frames.
constexpr unsigned kGoodStreamFactor = 4;

} // namespace

std::string_view to_string(AccessReason reason) noexcept {
    switch (reason) {
    case AccessReason::key_frame:
        return "key_frame";
    case AccessReason::recovery_point:
        return "recovery_point";
    case AccessReason::audio:
        return "audio";
    case AccessReason::indicator:
        return "indicator";
    case AccessReason::any_picture:
        return "any_picture";
    case AccessReason::any_audio:
        return "any_audio";
    }
    return "unknown";
}

bool is_fallback(AccessReason reason) noexcept {
    return reason == AccessReason::indicator || reason == AccessReason::any_picture ||
           reason == AccessReason::any_audio;
}

void RandomAccessFinder::set_program(const ProgramTables& tables) {
    const ElementaryStream* video = tables.video();
    const ElementaryStream* audio = tables.audio();
    const ElementaryStream* main = video != nullptr ? video : audio;
    const std::uint16_t main_pid = main != nullptr ? main->pid : kNullPid;
    const Codec codec = main != nullptr ? main->codec : Codec::unknown;
    stand_in_pid_ = video != nullptr && audio != nullptr ? audio->pid : kNullPid;
    if (main_pid == main_pid_ && codec == codec_) {
        return;
    }
    main_pid_ = main_pid;
    codec_ = codec;
    main_is_audio_ = video == nullptr;
    scanner_ = PictureScanner(codec);
    good_seen_ = false;
    reset();
}

void RandomAccessFinder::forget_program() noexcept {
    main_pid_ = kNullPid;
    stand_in_pid_ = kNullPid;
    codec_ = Codec::unknown;
    settle_ = false;
    reset();
}

void RandomAccessFinder::reset() noexcept {
    examining_ = false;
    wait_begin_.reset();
    waited_ticks_ = 0;
    clock_pid_ = kNullPid;
    clock_.reset();
    main_seen_ = false;
}

RandomAccessFinder::Outcome RandomAccessFinder::feed_main(PacketView packet, std::uint64_t offset) {
    Outcome outcome;
    if (packet.transport_error() || !packet.has_payload()) {
        return outcome;
    }
    if (packet.unit_start()) {
        begin_candidate(packet, offset);
        outcome.candidate = true;
        if (packet.scrambled()) {
            outcome.found = decide(PictureKind::plain);
            return outcome;
        }
    } else if (!examining_ || packet.scrambled()) {
        return outcome;
    }
    outcome.found = examine(packet.payload());
    return outcome;
}

RandomAccessFinder::Outcome RandomAccessFinder::feed_stand_in(
    PacketView packet, std::uint64_t offset) {
    Outcome outcome;
    if (packet.transport_error() || packet.scrambled() || !packet.unit_start()) {
        return outcome;
    }
    const std::optional<PesHeader> header = parse_pes_header(packet.payload());
    if (!header) {
        return outcome;
    }
    if (!wait_begin_) {
        wait_begin_ = offset;
    }
    note_time(stand_in_pid_, *header);
    if (main_seen_ ||
        (!settle_ && !waited(limits_.any_after_ms, limits_.any_after_bytes, offset))) {
        return outcome;
    }
    examining_ = false;
    candidate_ = {.offset = offset, .pts = header->pts, .indicator = false};
    outcome.candidate = true;
    outcome.found = accept(AccessReason::any_audio, stand_in_pid_);
    return outcome;
}

void RandomAccessFinder::begin_candidate(PacketView packet, std::uint64_t offset) {
    if (!wait_begin_) {
        wait_begin_ = offset;
    }
    main_seen_ = true;
    examining_ = true;
    candidate_ = {.offset = offset, .pts = {}, .indicator = packet.random_access()};
    pes_header_size_ = 0;
    pes_header_skip_.reset();
    pes_header_done_ = false;
    examined_ = 0;
    scanner_.begin();
}

/// What of `payload` lies behind the PES header, which may span packets.
Bytes RandomAccessFinder::skip_pes_header(Bytes payload) {
    const auto collect = [&](std::size_t until) {
        if (pes_header_size_ < until) {
            const Bytes part = payload.first(std::min(until - pes_header_size_, payload.size()));
            std::ranges::copy(
                part, pes_header_.begin() + static_cast<std::ptrdiff_t>(pes_header_size_));
            pes_header_size_ += part.size();
            payload = payload.subspan(part.size());
        }
        return pes_header_size_ >= until;
    };
    if (!collect(kPesFixedSize)) {
        return {};
    }
    const std::size_t total = kPesFixedSize + pes_header_[kPesFixedSize - 1];
    const std::size_t wanted = std::min(total, kPesHeaderBytes);
    if (!collect(wanted)) {
        return {};
    }
    if (!pes_header_skip_) {
        const std::optional<PesHeader> header = parse_pes_header(Bytes(pes_header_).first(wanted));
        if (!header || header->payload_offset != total) {
            examining_ = false; // no PES packet of this kind
            return {};
        }
        candidate_.pts = header->pts;
        note_time(main_pid_, *header);
        pes_header_skip_ = total - wanted;
    }
    const std::size_t skipped = std::min(*pes_header_skip_, payload.size());
    *pes_header_skip_ -= skipped;
    pes_header_done_ = *pes_header_skip_ == 0;
    return payload.subspan(skipped);
}

std::optional<FoundAccess> RandomAccessFinder::examine(Bytes payload) {
    if (!pes_header_done_) {
        payload = skip_pes_header(payload);
        if (!examining_ || !pes_header_done_) {
            return std::nullopt;
        }
        if (main_is_audio_) {
            examining_ = false;
            return accept(AccessReason::audio, main_pid_);
        }
        if (!PictureScanner::supports(codec_)) {
            return decide(PictureKind::plain);
        }
    }
    PictureKind kind = scanner_.feed(payload);
    examined_ += payload.size();
    if (kind == PictureKind::undecided) {
        if (examined_ < kMaxLookAhead) {
            return std::nullopt;
        }
        kind = PictureKind::plain;
    }
    return decide(kind);
}

std::optional<FoundAccess> RandomAccessFinder::decide(PictureKind kind) {
    examining_ = false;
    if (kind == PictureKind::key_frame || kind == PictureKind::recovery_point) {
        good_seen_ = true;
        return accept(
            kind == PictureKind::key_frame ? AccessReason::key_frame : AccessReason::recovery_point,
            main_pid_);
    }
    const std::uint64_t offset = candidate_.offset;
    if (candidate_.indicator &&
        (!PictureScanner::supports(codec_) ||
            waited(limits_.indicator_after_ms, limits_.indicator_after_bytes, offset))) {
        return accept(AccessReason::indicator, main_pid_);
    }
    if (settle_ || waited(limits_.any_after_ms, limits_.any_after_bytes, offset)) {
        return accept(
            main_is_audio_ ? AccessReason::any_audio : AccessReason::any_picture, main_pid_);
    }
    return std::nullopt;
}

FoundAccess RandomAccessFinder::accept(AccessReason reason, std::uint16_t pid) {
    wait_begin_ = candidate_.offset;
    waited_ticks_ = 0;
    settle_ = false;
    main_seen_ = false;
    return {.offset = candidate_.offset, .reason = reason, .pid = pid, .pts = candidate_.pts};
}

void RandomAccessFinder::note_time(std::uint16_t pid, const PesHeader& header) noexcept {
    const std::optional<std::int64_t> time = header.dts ? header.dts : header.pts;
    if (clock_pid_ == kNullPid) {
        clock_pid_ = pid;
    }
    if (!time || pid != clock_pid_) {
        return;
    }
    if (clock_) {
        const std::int64_t step = timestamp_difference(*time, *clock_);
        waited_ticks_ += step > 0 && step < kMaxStepTicks ? step : 0;
    }
    clock_ = time;
}

bool RandomAccessFinder::waited(
    std::int64_t ms, std::uint64_t bytes, std::uint64_t offset) const noexcept {
    const unsigned factor = good_seen_ ? kGoodStreamFactor : 1;
    return waited_ticks_ >= ms * kTicksPerMs * factor ||
           (wait_begin_ && offset - *wait_begin_ >= bytes * factor);
}

} // namespace plex_tuner::ts
