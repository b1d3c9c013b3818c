// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/migrate/imported.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace plex_tuner::migrate {

/// What settings.json says that the channels are read by.
struct XteveSources {
    std::vector<std::string> playlists; ///< ids, in the order of our accounts
    std::map<std::string, std::string>
        guides; ///< name of the file of each guide to what it is called
};

/// xepg.json in our terms.
struct XteveChannels {
    std::vector<lineup::TableRow> rows; ///< those that are active, by number
    /// How many of them each guide (its file) was chosen for.
    std::map<std::string, std::size_t> guide_uses;
    std::vector<LeftOut> left_out;
};

/// `document` is xepg.json, `file` its name for errors.
[[nodiscard]] Result<XteveChannels> read_xteve_channels(
    const nlohmann::json& document, const std::string& file, const XteveSources& sources);

} // namespace plex_tuner::migrate
