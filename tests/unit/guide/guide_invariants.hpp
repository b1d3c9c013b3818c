// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace plex_tuner::guide::testing {

/// Empty when `guide` is well-formed and has what every guide we write must have, whatever it was
/// made from; else the first thing that is wrong: channels before programmes, valid and unique ids,
/// a programme for each channel, times in our form with the stop after the start, children the DTD
/// knows in its order, a visible title.
[[nodiscard]] std::string guide_fault(std::string_view guide);

} // namespace plex_tuner::guide::testing
