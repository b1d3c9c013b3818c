// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::guide {

/// A programme that comes from somewhere else than a guide.
struct Listing {
    std::string title;
    std::string description; ///< may be empty
    WallTime start{};
    WallTime stop{};
};

/// The programmes of one channel; `id` stands for it in GuideInput::ids.
struct ChannelListings {
    std::string id;
    std::vector<Listing> listings;
};

/// An XMLTV document of them, for build_guide. Texts are UTF-8.
[[nodiscard]] std::string listings_document(const std::vector<ChannelListings>& channels);

} // namespace plex_tuner::guide
