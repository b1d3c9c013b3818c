// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "media_sink.hpp"

#include <plex_tuner/ts/packetizer.hpp>
#include <plex_tuner/ts/program_merger.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::gateway {

/// Stands before the sink of a source whose sound may come in segments of its own: what it is fed
/// has the pictures, and what sound() is fed goes into the same stream at the pictures' pace. While
/// there is no such sound everything passes as it is. Confined to the session's strand.
class JoinedSink final : public MediaSink, private ts::PacketSink {
public:
    explicit JoinedSink(MediaSink& sink) : sink_(sink), sound_(*this) {}

    /// Whether there is sound to join, from the next segment on.
    void join(bool joins);
    /// Sound of another rendition follows.
    void change_sound();
    /// Time bases that begin with the next segment, of the pictures and of the sound; 0: none.
    void begin_time_bases(std::uint64_t count);
    void begin_sound_time_bases(std::uint64_t count);
    /// The last segment has been fed.
    void finish();

    /// Where segments of sound go. It never makes anybody wait.
    [[nodiscard]] MediaSink& sound() noexcept { return sound_; }

    /// As ts::ProgramMerger; nullopt without sound to join.
    [[nodiscard]] std::optional<std::int64_t> sound_ahead() const noexcept;

    void seam(ts::Seam kind) override;
    void feed(std::string bytes) override;
    void finish_piece() override;
    void abandon_piece() override;

    void segments_missed(std::uint64_t count) override { sink_.segments_missed(count); }

    void sound_lost(std::uint64_t segments) override { sink_.sound_lost(segments); }

    void datagrams_lost(std::uint64_t count) override { sink_.datagrams_lost(count); }

    [[nodiscard]] bool plausible() const override { return sink_.plausible(); }

    [[nodiscard]] bool keeps_all() const override { return sink_.keeps_all(); }

    [[nodiscard]] bool may_gather() const override { return sink_.may_gather(); }

    [[nodiscard]] asio::awaitable<Result<void>> wait_for_room() override {
        return sink_.wait_for_room();
    }

    [[nodiscard]] asio::awaitable<Result<void>> pace(std::size_t bytes) override {
        return sink_.pace(bytes);
    }

    void set_patience(std::chrono::milliseconds patience) override { sink_.set_patience(patience); }

private:
    /// Keeps what a segment of sound brings for the pictures.
    class SoundSink final : public MediaSink {
    public:
        explicit SoundSink(JoinedSink& owner) : owner_(owner) {}

        /// Its time bases are told otherwise: a new initialisation section begins none.
        void seam(ts::Seam /*kind*/) override {}

        void feed(std::string bytes) override;
        void finish_piece() override;
        void abandon_piece() override;

        void segments_missed(std::uint64_t count) override { owner_.sound_lost(count); }

        void sound_lost(std::uint64_t segments) override { owner_.sound_lost(segments); }

        void datagrams_lost(std::uint64_t /*count*/) override {}

        [[nodiscard]] bool plausible() const override { return !packetizer_.not_ts(); }

        [[nodiscard]] bool may_gather() const override { return owner_.may_gather(); }

        [[nodiscard]] asio::awaitable<Result<void>> wait_for_room() override;

        [[nodiscard]] asio::awaitable<Result<void>> pace(std::size_t /*bytes*/) override {
            return wait_for_room();
        }

        void set_patience(std::chrono::milliseconds /*patience*/) override {}

    private:
        JoinedSink& owner_;
        ts::Packetizer packetizer_;
    };

    void packets(ts::Bytes packets) override;
    /// Gives the sink what the merger gave.
    void pass_on();

    MediaSink& sink_;
    SoundSink sound_;
    std::optional<ts::ProgramMerger> merger_; ///< while there is sound to join
    ts::Packetizer packetizer_;
    std::string merged_;
};

} // namespace plex_tuner::gateway
