// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/error.hpp>

#include <string_view>

namespace plex_tuner::guide {

/// Says what a document is whose root element has this name, which is not "tv".
[[nodiscard]] Error wrong_root_error(std::string_view name);

} // namespace plex_tuner::guide
