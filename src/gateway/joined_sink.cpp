// SPDX-License-Identifier: GPL-3.0-or-later
#include "joined_sink.hpp"

#include <utility>

namespace plex_tuner::gateway {

namespace {

/// Of the pictures' bytes, about; more sound than that makes the merged block grow.
constexpr std::size_t kShareOfSound = 8;

} // namespace

void JoinedSink::join(bool joins) {
    if (!joins) {
        merger_.reset();
        return;
    }
    if (!merger_) {
        merger_.emplace(static_cast<ts::PacketSink&>(*this));
    }
}

void JoinedSink::change_sound() {
    if (merger_) {
        merger_->change_sound();
    }
}

void JoinedSink::begin_time_bases(std::uint64_t count) {
    if (merger_ && count > 0) {
        merger_->begin_time_base(count);
        pass_on();
    }
}

void JoinedSink::begin_sound_time_bases(std::uint64_t count) {
    if (merger_ && count > 0) {
        merger_->begin_sound_time_base(count);
    }
}

void JoinedSink::finish() {
    if (merger_) {
        merger_->finish();
        pass_on();
        sink_.finish_piece();
    }
}

std::optional<std::int64_t> JoinedSink::sound_ahead() const noexcept {
    return merger_ ? merger_->sound_ahead() : std::nullopt;
}

void JoinedSink::seam(ts::Seam kind) {
    packetizer_.restart();
    sink_.seam(kind);
}

void JoinedSink::feed(std::string bytes) {
    if (!merger_) {
        sink_.feed(std::move(bytes));
        return;
    }
    merged_.reserve(bytes.size() + bytes.size() / kShareOfSound);
    packetizer_.feed(ts::bytes_of(bytes), [this](ts::Bytes run) { merger_->feed(run); });
    pass_on();
}

void JoinedSink::finish_piece() {
    if (merger_) {
        packetizer_.finish([this](ts::Bytes run) { merger_->feed(run); });
        pass_on();
    }
    sink_.finish_piece();
}

void JoinedSink::abandon_piece() {
    packetizer_.restart();
    sink_.abandon_piece();
}

void JoinedSink::packets(ts::Bytes packets) {
    merged_.append(reinterpret_cast<const char*>(packets.data()), packets.size());
}

void JoinedSink::pass_on() {
    if (!merged_.empty()) {
        sink_.feed(std::exchange(merged_, {}));
    }
}

void JoinedSink::SoundSink::feed(std::string bytes) {
    if (owner_.merger_) {
        packetizer_.feed(
            ts::bytes_of(bytes), [this](ts::Bytes run) { owner_.merger_->feed_sound(run); });
    }
}

void JoinedSink::SoundSink::finish_piece() {
    if (owner_.merger_) {
        packetizer_.finish([this](ts::Bytes run) { owner_.merger_->feed_sound(run); });
        owner_.merger_->finish_sound_piece();
    }
}

void JoinedSink::SoundSink::abandon_piece() {
    packetizer_.restart();
    if (owner_.merger_) {
        owner_.merger_->abandon_sound_piece();
    }
}

asio::awaitable<Result<void>> JoinedSink::SoundSink::wait_for_room() {
    co_return Result<void>{};
}

} // namespace plex_tuner::gateway
