// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/config/loader.hpp>

namespace plex_tuner::config {

/// Fills the fields whose default depends on other values, and adds warnings about combinations
/// that cannot be meant.
void complete(Loaded& loaded, const Inputs& inputs);

} // namespace plex_tuner::config
