// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/catalog/catalog.hpp>
#include <plex_tuner/lineup/category_rules.hpp>
#include <plex_tuner/lineup/channel_table.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::lineup {

/// How channels are put in order before they are counted off.
enum class Shape { none, na_en };
/// Whose local stations come first in that.
enum class Region { none, ca_west, ca_prairies };

/// One of several tuners that share a lineup: each channel is on exactly one of them.
struct Shard {
    int index = 1; ///< from 1
    int count = 1;

    friend bool operator==(const Shard&, const Shard&) = default;
};

/// Most channels a Plex DVR takes when it is set up by hand, and so most of a shard.
inline constexpr int kMaxShardChannels = 479;

/// Tuners that so many channels need.
[[nodiscard]] constexpr int shards_needed(std::size_t channels) noexcept {
    constexpr auto kMost = static_cast<std::size_t>(kMaxShardChannels);
    return channels == 0 ? 1 : static_cast<int>((channels + kMost - 1) / kMost);
}

/// Which channels of the catalog come into the lineup, and in which order.
struct Selection {
    std::shared_ptr<const ChannelTable> table = nullptr; ///< the user's channels; null: any
    bool epg_only = false;                               ///< only channels with a guide id
    bool drop_music = false;
    std::vector<std::string> languages = {}; ///< codes or names; empty: any
    std::string exclude_pattern = {}; ///< RE2, any case, searched in "name tvg-id"; empty: none
    std::vector<std::string> categories = {}; ///< names of CategoryRules; empty: any
    Shape shape = Shape::none;
    Region region = Region::none;
    std::size_t skip = 0;
    std::size_t take = 0; ///< 0: all that are left
    std::optional<Shard> shard = std::nullopt;
    int max_channels = 480; ///< -1: no cap; the excess is cut from the end
};

/// What one stage did.
struct StageReport {
    std::string_view stage;
    std::size_t before = 0;
    std::size_t after = 0;
};

/// Told of each channel that a stage removes: its index in the catalog, the stage, and why.
using RemovalSink =
    std::function<void(std::size_t channel, std::string_view stage, std::string reason)>;

/// Channels on their way into the lineup, as indices into the catalog, in order.
using ChannelOrder = std::vector<std::size_t>;

/// The stages that make a lineup of a catalog: the user's table, guide id, music, language,
/// pattern, category, shape, skip and take; then, for those who share a lineup, the shard, and at
/// last the cap. Immutable, pure and cheap to copy.
class Pipeline {
public:
    /// Nothing is left out but what is beyond the default cap.
    Pipeline();

    /// Errors (invalid_argument) say what is wrong and what would be right: a pattern that is none,
    /// a category or language that does not exist.
    [[nodiscard]] static Result<Pipeline> make(
        const Selection& selection, CategoryRules rules = {});

    /// What the user's table says of the channels; nothing where there is none.
    [[nodiscard]] TableMatch match(std::span<const catalog::LiveChannel> channels) const;

    /// The stages before shard and cap, with what match() said of `channels`. `removed` may be
    /// empty.
    [[nodiscard]] ChannelOrder select(std::span<const catalog::LiveChannel> channels,
        const TableMatch& match, std::vector<StageReport>& reports,
        const RemovalSink& removed = {}) const;

    /// The last stage: what is left of `order`.
    void cap(ChannelOrder& order, std::vector<StageReport>& reports,
        const RemovalSink& removed = {}) const;

    [[nodiscard]] const std::optional<Shard>& shard() const noexcept;
    /// Most channels of one shard; nullopt: no limit.
    [[nodiscard]] std::optional<std::size_t> shard_capacity() const noexcept;
    [[nodiscard]] const CategoryRules& rules() const noexcept;
    /// The user's table; null where there is none.
    [[nodiscard]] const std::shared_ptr<const ChannelTable>& table() const noexcept;

private:
    struct Plan;

    explicit Pipeline(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}

    std::shared_ptr<const Plan> plan_;
};

/// What stages are called in reports.
inline constexpr std::string_view kShardStage = "shard";
inline constexpr std::string_view kCapStage = "cap";

} // namespace plex_tuner::lineup
