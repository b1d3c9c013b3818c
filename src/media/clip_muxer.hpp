// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "clip_encoder.hpp"

#include <plex_tuner/base/result.hpp>

#include <span>
#include <string>

namespace plex_tuner::media {

/// Writes an MPEG transport stream (ISO/IEC 13818-1) of one programme: PAT, PMT and SDT at the
/// start, before each key frame of the first stream and ten times a second; PCR on the first
/// stream, with each of its frames; one frame per PES packet.
[[nodiscard]] Result<std::string> mux_transport_stream(
    std::string_view service_name, std::span<const EncodedStream> streams);

} // namespace plex_tuner::media
