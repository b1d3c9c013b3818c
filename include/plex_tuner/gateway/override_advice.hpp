// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/ts/survey_report.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::gateway {

/// What of a channel counts for its overrides.
struct ChannelFacts {
    std::optional<ts::VideoFormat> video{};
    std::optional<ts::AudioFormat> audio{};         ///< the first, which is what players take
    std::optional<std::uint8_t> reordered{};        ///< see ts::ReorderMeter
    std::optional<std::uint64_t> bits_per_second{}; ///< of pictures and sound; empty: no clock
};

/// Of what was seen of it. The error says what is missing for a judgement: tables, media, the
/// begin of a picture; or that it is encrypted.
[[nodiscard]] Result<ChannelFacts> facts_of(const ts::SurveyReport& report);

/// Nothing is missing that could be a reason: without its rate or the depth of its B pictures a
/// channel is not known to be harmless.
[[nodiscard]] bool is_whole(const ChannelFacts& facts);

/// Why some client will not play a channel as it is.
struct Objection {
    std::string_view word; ///< "interlaced", "frame-rate", …: for programs
    std::string text;      ///< "50 frames per second"
};

struct AdviceOptions {
    std::uint64_t bit_rate_threshold = 5'000'000; ///< bits per second; 0: any rate will do
    /// Where sound alone is objected to; empty: as for other objections.
    std::string sound_profile{};
};

struct Advice {
    std::vector<Objection> objections{}; ///< none: it is passed on as it is
    std::string profile{};               ///< what to transcode it into; empty without objections
};

/// Rules of the ancestor's generator. Interlaced pictures, more than 30.5 frames per second, too
/// high a rate and AAC other than LC ask for "aaccfr"; other codecs, levels of H.264 above 4.1, B
/// pictures deeper than 2 and profiles of H.264 that browsers do not know for "plexsafe". HE-AAC in
/// ADTS is told as friendliness_of tells it.
[[nodiscard]] Advice advise(const ChannelFacts& facts, const AdviceOptions& options);

} // namespace plex_tuner::gateway
