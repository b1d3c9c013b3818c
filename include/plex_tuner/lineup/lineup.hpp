// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/catalog/catalog.hpp>
#include <plex_tuner/lineup/number_book.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace plex_tuner::lineup {

/// One channel as every client sees it. Views point into the catalog that the Lineup keeps alive,
/// but for guide_number, which is ours.
struct Channel {
    std::string guide_number; ///< unique in the lineup; digits, or digits.digits
    std::string_view guide_name;
    std::string_view channel_id;
    std::string_view tvg_id;    ///< empty: no guide source names it
    std::string_view tvg_shift; ///< hours between the guide of tvg_id and the channel, as given
    std::string_view logo;
    std::string_view group;
    bool radio = false;
    std::span<const catalog::StreamSource> sources;
};

struct Options {
    int max_channels = 480;      ///< -1: no cap; the excess is cut from the end
    int guide_number_offset = 0; ///< added to integer guide numbers
};

/// What build() left out and changed, for the log.
struct Report {
    std::size_t catalog_channels = 0;
    std::size_t cut_by_cap = 0;
    std::size_t numbered_by_us = 0; ///< the source named no number, or one already taken
};

/// The channels of the tuner in order: immutable, shared by hdhr, guide and gateway, so that the
/// three always hold the same channels under the same numbers. Lookups are O(1).
class Lineup {
public:
    Lineup() = default;
    /// Numbers the channels from the book, and brings it up to date.
    [[nodiscard]] static std::shared_ptr<const Lineup> build(
        std::shared_ptr<const catalog::Catalog> catalog, const Options& options, NumberBook& book,
        WallTime now, Report* report = nullptr);

    [[nodiscard]] const std::vector<Channel>& channels() const noexcept { return channels_; }

    [[nodiscard]] const Channel* find_number(std::string_view guide_number) const;
    [[nodiscard]] const Channel* find_id(std::string_view channel_id) const;

private:
    std::shared_ptr<const catalog::Catalog> catalog_;
    std::vector<Channel> channels_;
    std::unordered_map<std::string_view, std::size_t> by_number_;
    std::unordered_map<std::string_view, std::size_t> by_id_;
};

} // namespace plex_tuner::lineup
