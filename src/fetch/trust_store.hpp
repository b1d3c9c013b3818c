// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace plex_tuner::fetch {

/// Where this machine keeps the certificates of the authorities it trusts: a PEM file, or a
/// directory of them by hash. Distributions disagree about the place, and a program that is linked
/// statically runs on all of them. Where there is none, the place that most have, so that errors
/// name a file.
[[nodiscard]] std::string find_trust_store(const std::filesystem::path& root = "/");

} // namespace plex_tuner::fetch
