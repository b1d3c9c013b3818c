// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/hdhr/tuner_state.hpp>

#include <span>
#include <string>
#include <string_view>

namespace plex_tuner::engine {

/// /tuners.html as the hardware has it: what each tuner does, for people.
[[nodiscard]] std::string tuners_page(
    std::string_view device_name, std::span<const hdhr::TunerState> tuners);

} // namespace plex_tuner::engine
