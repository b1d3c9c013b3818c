// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace plex_tuner::testing {

/// A playlist of (name, URL) channels with tvg-ids "<name>.example" and numbers from 1.
[[nodiscard]] inline std::string playlist_of(
    const std::vector<std::pair<std::string, std::string>>& channels,
    const std::string& guide_url = {}) {
    std::string text = guide_url.empty() ? "#EXTM3U\n" : "#EXTM3U url-tvg=\"" + guide_url + "\"\n";
    int number = 0;
    for (const auto& [name, url] : channels) {
        text += "#EXTINF:-1 tvg-id=\"" + name + ".example\" tvg-chno=\"" +
                std::to_string(++number) + "\" group-title=\"Test\"," + name + "\n" + url + "\n";
    }
    return text;
}

/// XMLTV with one programme from 2020 to 2040 on each channel, titled "<name> show".
[[nodiscard]] inline std::string guide_of(const std::vector<std::string>& names) {
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tv>\n";
    for (const std::string& name : names) {
        text += "<channel id=\"" + name + ".example\"><display-name>" + name +
                "</display-name></channel>\n";
    }
    for (const std::string& name : names) {
        text +=
            "<programme start=\"20200101000000 +0000\" stop=\"20400101000000 +0000\" channel=\"" +
            name + ".example\"><title lang=\"en\">" + name + " show</title></programme>\n";
    }
    return text + "</tv>\n";
}

} // namespace plex_tuner::testing
