// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/program_tracker.hpp>
#include <plex_tuner/ts/stream_format.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace plex_tuner::ts {

class ElementaryProbe;

/// Finds out what the streams of a program are encoded as: from the sequence headers of the video
/// (H.264 7.3.2.1, H.265 7.3.2.2, ISO/IEC 13818-2 6.2.2.1) and the frame headers of the audio. Once
/// it knows it looks at nothing until the tables change or look_again(): a stream that changes its
/// size in between goes unnoticed. Codecs whose headers it does not read
/// (VC-1, MPEG-4 part 2, VVC, DTS, Opus) and scrambled streams stay without details. Pure;
/// not thread-safe.
class FormatScanner {
public:
    /// Audio streams looked at; programmes with more are unheard of.
    static constexpr std::size_t kMaxAudioStreams = 8;
    /// Bytes of the program after which what has not been found is left unknown: some key frame
    /// intervals of ten seconds.
    static constexpr std::uint64_t kPatience = std::uint64_t{32} << 20;

    FormatScanner();
    ~FormatScanner();
    FormatScanner(FormatScanner&&) noexcept;
    FormatScanner& operator=(FormatScanner&&) noexcept;

    /// Whole packets (a multiple of 188 bytes) of the program whose `tables` are in force; nullptr
    /// while there are none. True when format() is another than before. What is half found does not
    /// show in format(). Costs one comparison per call while there is nothing to find.
    bool feed(Bytes packets, const std::shared_ptr<const ProgramTables>& tables) {
        if (tables == tables_ && !looking_) {
            return false;
        }
        return examine(packets, tables);
    }

    /// Something else may follow behind the same tables: a discontinuity.
    void look_again() noexcept;

    /// Nothing is looked for.
    [[nodiscard]] bool is_settled() const noexcept { return !looking_; }

    /// As found last; it stays while the streams behind new tables are looked at.
    [[nodiscard]] const StreamFormat& format() const noexcept { return format_; }

    /// The same with what is only half found, for somebody who will not wait.
    [[nodiscard]] const StreamFormat& findings() const noexcept {
        return looking_ ? found_ : format_;
    }

private:
    bool examine(Bytes packets, const std::shared_ptr<const ProgramTables>& tables);
    void begin();
    bool settle();

    std::shared_ptr<const ProgramTables> tables_;
    std::vector<std::unique_ptr<ElementaryProbe>> probes_; ///< of the streams still looked at
    StreamFormat found_;                                   ///< so far
    StreamFormat format_;
    std::uint64_t looked_at_ = 0; ///< bytes
    bool looking_ = false;
};

} // namespace plex_tuner::ts
