// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "audio_header.hpp"
#include "sequence_header.hpp"

#include <plex_tuner/ts/packet.hpp>
#include <plex_tuner/ts/stream_format.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace plex_tuner::ts {

/// Looks for the first usable header in one elementary stream. Takes packets of its PID; unpacks
/// PES, whose headers may span packets, and begins anew where packets are missing, so that no
/// header is put together of two. Pure; not thread-safe.
class ElementaryProbe {
public:
    virtual ~ElementaryProbe() = default;
    ElementaryProbe(const ElementaryProbe&) = delete;
    ElementaryProbe& operator=(const ElementaryProbe&) = delete;

    /// nullptr for a codec whose headers are not read.
    [[nodiscard]] static std::unique_ptr<ElementaryProbe> create(
        Codec codec, std::uint16_t pid, std::size_t place);

    [[nodiscard]] std::uint16_t pid() const noexcept { return pid_; }

    /// True when the header was found: tell() has the news.
    [[nodiscard]] bool feed(PacketView packet);

    /// Puts what was found into its place in `format`.
    virtual void tell(StreamFormat& format) const = 0;

protected:
    ElementaryProbe(std::uint16_t pid, std::size_t place) : pid_(pid), place_(place) {}

    /// Among the audio streams.
    [[nodiscard]] std::size_t place() const noexcept { return place_; }

private:
    /// What comes next is not connected to what came before.
    virtual void restart() = 0;
    /// A PES packet begins with the next bytes, which go on where the last ended.
    virtual void begin_unit() = 0;
    [[nodiscard]] virtual bool take(Bytes bytes) = 0;

    [[nodiscard]] Bytes skip_header(Bytes payload) noexcept;

    static constexpr std::uint8_t kNoCounter = 0xFF;

    std::uint16_t pid_;
    std::size_t place_;
    std::uint8_t counter_ = kNoCounter;
    bool in_unit_ = false;
    std::size_t header_seen_ = 0;  ///< bytes of the PES header so far
    std::size_t header_bytes_ = 0; ///< its length as far as it is known
};

/// Finds sequence headers by their start codes. In each PES packet it looks no further than the
/// first slice, behind which no header stands that the next picture does not repeat.
class VideoProbe final : public ElementaryProbe {
public:
    VideoProbe(Codec codec, std::uint16_t pid) : ElementaryProbe(pid, 0), codec_(codec) {}

    [[nodiscard]] static bool supports(Codec codec) noexcept;

    void tell(StreamFormat& format) const override { format.video = found_; }

private:
    /// Longer than any parameter set with all its scaling lists.
    static constexpr std::size_t kMaxUnit = 2048;
    static constexpr std::uint32_t kNoWindow = 0xFFFF'FFFF;

    void restart() override;
    void begin_unit() override;
    [[nodiscard]] bool take(Bytes bytes) override;

    [[nodiscard]] bool on_code(std::uint8_t code);
    [[nodiscard]] bool on_mpeg_code(std::uint8_t code);
    [[nodiscard]] bool finish_unit();
    [[nodiscard]] bool finish_mpeg(Bytes extension);
    void collect(std::size_t most);

    Codec codec_;
    std::uint32_t window_ = kNoWindow; ///< the last four bytes
    bool code_follows_ = false;        ///< the next byte says what unit begins
    bool skipping_ = false;            ///< until the next PES packet
    std::size_t wanted_ = 0;           ///< bytes to collect of the unit; 0: it is of no interest
    std::vector<std::uint8_t> unit_;
    std::vector<std::uint8_t> sequence_; ///< MPEG: header that waits for its extension
    std::optional<VideoFormat> found_;
};

/// Finds a frame header that another of the same stream follows at the distance it names.
class AudioProbe final : public ElementaryProbe {
public:
    AudioProbe(Codec codec, std::uint16_t pid, std::size_t place)
        : ElementaryProbe(pid, place), codec_(codec) {}

    void tell(StreamFormat& format) const override;

private:
    void restart() override { bytes_.clear(); }

    void begin_unit() override {}

    [[nodiscard]] bool take(Bytes bytes) override;

    Codec codec_;
    /// From the first place that may be a header; at most a frame, a header and a packet.
    std::vector<std::uint8_t> bytes_;
    std::optional<AudioHeader> found_;
};

} // namespace plex_tuner::ts
