// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commands.hpp"

#include <plex_tuner/base/url.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plex_tuner::cli {

/// What the command line of plex-probe-overrides asks for.
struct ProbeRequest {
    std::optional<std::string> lineup{};
    std::optional<Url> base{};
    std::vector<std::pair<std::string, std::string>> prefixes{};
    std::vector<std::string> channels{};
    std::uint32_t limit = 0; ///< 0: all
    std::uint32_t timeout = 12;
    std::uint32_t seconds = 4;
    std::uint32_t threshold = 5'000'000;
    std::uint32_t pause = 0;
    std::uint32_t concurrency = 1;
    std::optional<std::string> profiles{}, transcode{}, record{};
    bool leaves_transcode = false;
    bool replaces = false;
    bool as_json = false;
    std::string sound_profile{};
    std::string problem{}; ///< what is wrong with it
};

/// Takes its switches out of the arguments; what is left are settings.
[[nodiscard]] ProbeRequest take_probe_request(Invocation& rest);

/// For -help.
[[nodiscard]] const char* probe_switches() noexcept;

} // namespace plex_tuner::cli
