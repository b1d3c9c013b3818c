// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/migrate/imported.hpp>

#include <filesystem>
#include <span>

namespace plex_tuner::migrate {

/// The configuration folder of xTeVe or Threadfin (they differ in a few fields, and are told apart
/// by them): settings.json, xepg.json, urls.json. Errors name the file and the place in it, and
/// quote nothing of it, for it holds passwords: not_found, io, parse, too_large.
[[nodiscard]] Result<Imported> import_xteve(const std::filesystem::path& folder);

/// Files of the program that this one continues, each known by what is in it: lines of KEY=VALUE, a
/// supervisor's JSON, a catalog, aliases. Errors as above; invalid_argument for two of one kind.
[[nodiscard]] Result<Imported> import_ancestor(std::span<const std::filesystem::path> files);

/// What `paths` are: a folder with settings.json is xTeVe's or Threadfin's, other folders are
/// looked through for the ancestor's files (.env, catalog.json, aliases.json, supervisor.json),
/// files are the ancestor's.
[[nodiscard]] Result<Imported> import_any(std::span<const std::filesystem::path> paths);

} // namespace plex_tuner::migrate
