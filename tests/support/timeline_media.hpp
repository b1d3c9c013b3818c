// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "timeline_clip.hpp"
#include "timeline_script.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <string>

namespace plex_tuner::testing {

using TimelineClips = std::map<std::string, std::shared_ptr<const TimelineClip>>;

/// The endless stream of a timeline: its clip over and over, with clocks that go on and counters
/// that fit, and the changes that statements ask for. Not thread-safe. Times are ticks of 27 MHz.
class TimelineMedia {
public:
    /// Begins with the first clip; `clips` must not be empty.
    explicit TimelineMedia(TimelineClips clips);

    void apply(const step::Damage& damage);
    void apply(const step::Jump& jump);
    void apply(const step::Wrap& wrap);
    /// Throws std::out_of_range when there is no such clip.
    void apply(const step::SwitchClip& change);
    void apply(const step::ShiftPids& shift);
    void apply(const step::Mask& mask);

    /// When the next packet is due, counted from the beginning; no change of clocks shows in it.
    [[nodiscard]] std::int64_t time() const { return round_begin_ + clip_->time(index_); }

    /// Where `length` more of media ends. What is due comes in steps, as PCRs do: stretches that
    /// follow each other join where they were to end, so that their steps do not add up.
    [[nodiscard]] std::int64_t begin_stretch(step::Time length);

    /// The next packet begins tables and a key frame.
    [[nodiscard]] bool at_join() const { return clip_->join(index_); }

    /// Appends the next packet: none of it when it is dropped, more with what stands beside it.
    void append_packet(std::string& out);

private:
    static constexpr std::int64_t kForEver = std::numeric_limits<std::int64_t>::max();

    [[nodiscard]] bool masked(step::Mask::What what) const {
        return time() < masked_until_.at(static_cast<std::size_t>(what));
    }

    [[nodiscard]] bool masked(std::uint16_t pid) const;
    [[nodiscard]] std::int64_t clock_advance() const;
    [[nodiscard]] std::uint16_t shifted(std::uint16_t pid) const;
    [[nodiscard]] ts::Packet table_packet(std::uint16_t pid);
    [[nodiscard]] ts::Packet media_packet(ts::PacketView source);
    [[nodiscard]] std::uint8_t take_counter(std::uint16_t pid, bool payload);
    void append_damaged(const ts::Packet& packet, std::string& out);
    void add_noise(std::uint8_t* begin, std::size_t size);
    void step_on();

    TimelineClips clips_;
    std::shared_ptr<const TimelineClip> clip_;
    std::size_t index_ = 0;
    std::int64_t round_begin_ = 0;
    std::int64_t first_pcr_ = 0; ///< of the whole timeline
    std::int64_t jumped_ = 0;
    std::int64_t stretch_end_ = 0;
    unsigned pid_shift_ = 0;
    unsigned table_version_ = 0;
    std::map<std::uint16_t, std::uint8_t> counters_; ///< next one, by PID sent
    std::array<std::int64_t, 4> masked_until_{};
    std::size_t to_drop_ = 0;
    std::size_t to_duplicate_ = 0;
    std::size_t to_corrupt_ = 0;
    std::string garbage_;
    std::minstd_rand noise_{20'240'917}; // seeded: the same script makes the same bytes
};

} // namespace plex_tuner::testing
