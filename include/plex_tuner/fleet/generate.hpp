// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::fleet {

/// A category of channels with a tuner of its own, and where its guide numbers begin.
struct FleetCategory {
    std::string_view name; ///< as in LINEUP_CATEGORY
    int number_offset = 0;
};

[[nodiscard]] std::span<const FleetCategory> fleet_categories() noexcept;

/// Channels of each category, as somebody counted them.
using CategoryCounts = std::map<std::string, int>;

/// JSON: {"sports": 958} or {"sports": {"confirmed_epg_stream_count": 958}}, where the count may
/// also be called linked_count, count or epg_linked. The error names what is none of these.
[[nodiscard]] Result<CategoryCounts> parse_category_counts(std::string_view text);

/// How channels of a category are divided among its tuners.
enum class ShardBy {
    lineup, ///< PLEX_TUNER_LINEUP_SHARD: a channel stays on its tuner, no number is there twice
    skip,   ///< PLEX_TUNER_LINEUP_SKIP and _TAKE: as the ancestor did
};

struct GenerateOptions {
    CategoryCounts counts = {}; ///< of a category that is not named there: it fits one tuner
    int category_cap = 479;     ///< channels of a tuner, at least 1
    int main_cap = 479;         ///< of the tuner in the network; -1: none
    ShardBy shard_by = ShardBy::lineup;
    std::string data_directory = "/var/lib/plextuner";
    /// {name} and {port} stand for those of the tuner.
    std::string base_url = "http://plextuner-{name}.plex.svc:5004";
    /// The tuner in the network says the address at which it was asked, as those who find it there
    /// may not know base_url's names.
    bool main_has_no_base_url = false;
    /// Where Plex has them now, for the table: {category} stands for the name.
    std::string old_url = "http://plextuner-{category}.plex.svc:5004";
    std::string main_playlist = {}; ///< URLs; empty: the supervisor's environment says
    std::string main_guide = {};
    std::string category_playlist = {};
    std::string category_guide = {};
    bool main_epg_only = false;   ///< channels that name a guide id
    bool main_epg_prune = true;   ///< lineup without channels that have none
    std::string region = "na_en"; ///< shape of the main tuner's lineup; empty: none
    std::vector<std::string> environment_files = {};
};

struct FleetTuner {
    std::string name;
    int port = 0;
};

struct GeneratedFleet {
    std::string json = {}; ///< a supervisor's configuration
    /// Tab-separated: category, old_uri, new_uri, uri_changed, device_id, friendly_name.
    std::string table = {};
    std::vector<std::string> warnings = {};
    std::vector<FleetTuner> tuners = {}; ///< in the order of the configuration
};

/// A tuner in the network (hdhr-main, port 5004) and one for each category from port 5101 on, or
/// several for one with more channels than fit. Device ids come from the names: the same each time.
[[nodiscard]] Result<GeneratedFleet> generate_fleet(const GenerateOptions& options);

} // namespace plex_tuner::fleet
