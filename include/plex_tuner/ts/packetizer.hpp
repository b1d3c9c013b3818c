// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/packet.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace plex_tuner::ts {

/// Cuts a byte stream of any chunking into whole, aligned 188-byte packets. Finds the first sync
/// also behind a foreign header (image, ID3), resynchronises after damage, and strips the extra
/// bytes of 192-byte (M2TS) and 204-byte (with parity) forms. A packet is given out once the sync
/// byte behind it has been seen, so a packet that was cut short upstream is dropped; the same bytes
/// give the same packets in every chunking. Pure; not thread-safe.
class Packetizer {
public:
    /// Bytes without any sync after which not_ts() says so.
    static constexpr std::size_t kDefaultGiveUpAfter = 64 * 1024;

    struct Counters {
        std::uint64_t packets = 0;
        std::uint64_t sync_losses = 0;   ///< alignment lost after it had been found
        std::uint64_t dropped_bytes = 0; ///< neither part of a packet nor of its 192/204 framing
    };

    explicit Packetizer(std::size_t give_up_after = kDefaultGiveUpAfter);

    /// Calls `sink(Bytes run)` for each run of contiguous whole packets, mostly views of `bytes`
    /// itself. A run is valid only during that call.
    template <class Sink>
    void feed(Bytes bytes, Sink&& sink) {
        begin(bytes, false);
        for (Bytes run = next(); !run.empty(); run = next()) {
            sink(run);
        }
    }

    /// End of a segment or connection: gives out what was held back, forgets the alignment (the
    /// next feed finds it anew; that is no sync loss) and keeps the counters.
    template <class Sink>
    void finish(Sink&& sink) {
        begin({}, true);
        for (Bytes run = next(); !run.empty(); run = next()) {
            sink(run);
        }
        restart();
    }

    /// Forgets held bytes and alignment, keeps the counters.
    void restart() noexcept;

    [[nodiscard]] bool in_sync() const noexcept { return stride_ != 0; }

    /// The limit of bytes passed without a first sync since construction, finish or restart: this
    /// is no transport stream.
    [[nodiscard]] bool not_ts() const noexcept {
        return searched_ >= give_up_after_ && !ever_synced_;
    }

    /// 188, 192 or 204; 0 while searching.
    [[nodiscard]] std::size_t stride() const noexcept { return stride_; }

    [[nodiscard]] const Counters& counters() const noexcept { return counters_; }

private:
    enum class Verdict { yes, no, unknown };

    void begin(Bytes bytes, bool finishing);
    [[nodiscard]] Bytes next();
    [[nodiscard]] Bytes scan(Bytes data, std::size_t& position, std::size_t stop_at);
    [[nodiscard]] bool search(Bytes data, std::size_t& position);
    [[nodiscard]] Verdict aligned(
        Bytes data, std::size_t position, std::size_t stride) const noexcept;
    [[nodiscard]] Bytes strip(Bytes data, std::size_t stride, std::size_t count);
    void drop(std::size_t bytes) noexcept;

    std::size_t give_up_after_;
    std::size_t stride_ = 0;
    std::size_t last_stride_ = 0;
    std::size_t searched_ = 0;
    bool ever_synced_ = false;
    bool finishing_ = false;

    Bytes input_; ///< of the current feed
    std::size_t input_position_ = 0;
    std::vector<std::uint8_t>
        carry_;                 ///< unfinished tail of earlier feeds, then the start of input_
    std::size_t carry_old_ = 0; ///< bytes of carry_ that came from earlier feeds
    std::size_t carry_position_ = 0;
    std::vector<std::uint8_t> stripped_; ///< runs of 192/204-byte streams
    Counters counters_;
};

} // namespace plex_tuner::ts
