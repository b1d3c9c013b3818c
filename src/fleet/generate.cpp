// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/fleet/generate.hpp>
#include <plex_tuner/hdhr/device_id.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

namespace plex_tuner::fleet {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr auto kCategories = std::to_array<FleetCategory>({
    {"sports", 1'000},
    {"canada", 2'000},
    {"us", 3'000},
    {"canadamovies", 4'000},
    {"usmovies", 5'000},
    {"uk", 6'000},
    {"europe", 7'000},
    {"eusouth", 8'000},
    {"eueast", 9'000},
    {"latam", 10'000},
    {"intl", 11'000},
});
/// Between the offsets of two categories.
constexpr int kBlock = 1'000;
/// For categories with more channels than that: blocks of ten times the size, above all others.
constexpr int kLargeBase = 100'000;
constexpr int kLargeFactor = 10;
/// Added for each further tuner of a category that is divided by skipping.
constexpr int kSkipStep = 100'000;
/// What a tuner with a part of a lineup takes (PLEX_TUNER_LINEUP_SHARD).
constexpr int kMostOfAShard = 479;
constexpr int kMainPort = 5'004;
constexpr int kFirstPort = 5'101;
constexpr int kMostChannels = 1'000'000;

std::string replaced(std::string text, std::string_view what, const std::string& with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
        at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

std::string device_id_of(const std::string& name) {
    return hdhr::DeviceId::from_seed(Fnv1a().add("plextuner-").add(name).value()).text();
}

class Generator {
public:
    explicit Generator(const GenerateOptions& options) : options_(options) {}

    Result<GeneratedFleet> run() {
        add_main();
        for (const FleetCategory& category : kCategories) {
            if (auto added = add_category(category); !added) {
                return fail(std::move(added).error());
            }
        }
        for (const auto& [name, count] : options_.counts) {
            if (std::ranges::find(kCategories, name, &FleetCategory::name) == kCategories.end()) {
                result_.warnings.push_back(
                    "there is no tuner for the category " + name + ", which was counted");
            }
        }
        ordered_json file = {{"restart", true}, {"restartDelay", "2s"}, {"failFast", false}};
        if (!options_.environment_files.empty()) {
            file["envFiles"] = options_.environment_files;
        }
        file["instances"] = std::move(instances_);
        result_.json = file.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
        result_.table = "category\told_uri\tnew_uri\turi_changed\tdevice_id\tfriendly_name\n" +
                        std::move(table_);
        return std::move(result_);
    }

private:
    [[nodiscard]] ordered_json common(const std::string& name, int port) const {
        return {{"PLEX_TUNER_ADDR", ":" + std::to_string(port)},
            {"PLEX_TUNER_BASE_URL", base_url(name, port)},
            {"PLEX_TUNER_DEVICE_ID", device_id_of(name)}, {"PLEX_TUNER_FRIENDLY_NAME", name},
            {"PLEX_TUNER_SKIP_HEALTH", "true"}};
    }

    [[nodiscard]] std::string base_url(const std::string& name, int port) const {
        return replaced(
            replaced(options_.base_url, "{name}", name), "{port}", std::to_string(port));
    }

    static void add_urls(ordered_json& env, const std::string& playlist, const std::string& guide) {
        if (!playlist.empty()) {
            env["PLEX_TUNER_M3U_URL"] = playlist;
        }
        if (!guide.empty()) {
            env["PLEX_TUNER_XMLTV_URL"] = guide;
        }
    }

    void add(const std::string& name, int port, ordered_json env) {
        result_.tuners.push_back({name, port});
        instances_.push_back({{"name", name},
            {"args", {"run", "-catalog=" + options_.data_directory + "/" + name + "/catalog.json"}},
            {"env", std::move(env)}});
    }

    /// The one that clients find: set up by hand in Plex, with a bit of everything.
    void add_main() {
        const std::string name = "hdhr-main";
        ordered_json env = common(name, kMainPort);
        env["PLEX_TUNER_HDHR_NETWORK_MODE"] = "true";
        env["PLEX_TUNER_HDHR_SCAN_POSSIBLE"] = "true";
        env["PLEX_TUNER_HDHR_MANUFACTURER"] = "Silicondust";
        env["PLEX_TUNER_HDHR_MODEL_NUMBER"] = "HDHR5-2US";
        env["PLEX_TUNER_HDHR_FIRMWARE_NAME"] = "hdhomerun5_atsc";
        env["PLEX_TUNER_HDHR_FIRMWARE_VERSION"] = "20240101";
        env["PLEX_TUNER_HDHR_DEVICE_AUTH"] = "plextuner";
        env["PLEX_TUNER_LINEUP_DROP_MUSIC"] = "true";
        env["PLEX_TUNER_LINEUP_MAX_CHANNELS"] = std::to_string(options_.main_cap);
        if (!options_.region.empty()) {
            env["PLEX_TUNER_LINEUP_SHAPE"] = options_.region;
        }
        env["PLEX_TUNER_LIVE_EPG_ONLY"] = options_.main_epg_only ? "true" : "false";
        env["PLEX_TUNER_EPG_PRUNE_UNLINKED"] = options_.main_epg_prune ? "true" : "false";
        add_urls(env, options_.main_playlist, options_.main_guide);
        if (options_.main_has_no_base_url) {
            env.erase("PLEX_TUNER_BASE_URL");
        }
        add(name, kMainPort, std::move(env));
    }

    [[nodiscard]] Result<void> add_category(const FleetCategory& category) {
        const std::string base(category.name);
        const auto counted = options_.counts.find(base);
        const int count = counted == options_.counts.end() ? 0 : counted->second;
        const bool by_lineup = options_.shard_by == ShardBy::lineup;
        const int part =
            by_lineup ? std::min(options_.category_cap, kMostOfAShard) : options_.category_cap;
        const int tuners = std::max(1, (count + part - 1) / part);
        int offset = category.number_offset;
        if (by_lineup && count > kBlock) {
            if (count > kBlock * kLargeFactor) {
                return fail(ErrorCode::invalid_argument,
                    "the category " + base + " has " + std::to_string(count) +
                        " channels, more than there are guide numbers for it (" +
                        std::to_string(kBlock * kLargeFactor) + ")");
            }
            offset = kLargeBase + kLargeFactor * offset;
        }
        for (int i = 0; i < tuners; ++i) {
            const std::string name = i == 0 ? base : base + std::to_string(i + 1);
            ordered_json env = common(name, next_port_);
            env["PLEX_TUNER_LINEUP_CATEGORY"] = base;
            env["PLEX_TUNER_LINEUP_MAX_CHANNELS"] = std::to_string(part);
            env["PLEX_TUNER_GUIDE_NUMBER_OFFSET"] =
                std::to_string(by_lineup ? offset : offset + i * kSkipStep);
            if (tuners > 1 && by_lineup) {
                env["PLEX_TUNER_LINEUP_SHARD"] =
                    std::to_string(i + 1) + "/" + std::to_string(tuners);
            } else if (tuners > 1) {
                env["PLEX_TUNER_LINEUP_SKIP"] = std::to_string(i * part);
                env["PLEX_TUNER_LINEUP_TAKE"] = std::to_string(part);
            }
            env["PLEX_TUNER_LIVE_EPG_ONLY"] = "true";
            env["PLEX_TUNER_EPG_PRUNE_UNLINKED"] = "true";
            env["PLEX_TUNER_HDHR_NETWORK_MODE"] = "false";
            env["PLEX_TUNER_HDHR_SCAN_POSSIBLE"] = "false";
            env["PLEX_TUNER_SSDP_DISABLED"] = "true";
            add_urls(env, options_.category_playlist, options_.category_guide);
            add(name, next_port_, std::move(env));
            add_to_table(name, next_port_);
            ++next_port_;
        }
        return {};
    }

    void add_to_table(const std::string& name, int port) {
        const std::string old_uri = replaced(options_.old_url, "{category}", name);
        const std::string new_uri = base_url(name, port);
        for (const std::string& cell : {name, old_uri, new_uri,
                 std::string(old_uri == new_uri ? "no" : "yes"), device_id_of(name)}) {
            table_.append(cell).append("\t");
        }
        table_.append(name).append("\n");
    }

    const GenerateOptions& options_;
    ordered_json instances_ = ordered_json::array();
    std::string table_;
    int next_port_ = kFirstPort;
    GeneratedFleet result_;
};

/// Nothing for what is no count.
std::optional<int> count_in(const json& value) {
    const json* number = &value;
    if (value.is_object()) {
        number = nullptr;
        for (const char* const name :
            {"confirmed_epg_stream_count", "linked_count", "count", "epg_linked"}) {
            if (const auto found = value.find(name); found != value.end()) {
                number = &*found;
                break;
            }
        }
    }
    if (number == nullptr || !number->is_number_unsigned() ||
        number->get<std::uint64_t>() > kMostChannels) {
        return std::nullopt;
    }
    return number->get<int>();
}

} // namespace

std::span<const FleetCategory> fleet_categories() noexcept {
    return kCategories;
}

Result<CategoryCounts> parse_category_counts(std::string_view text) {
    const json document = json::parse(text, nullptr, false);
    if (!document.is_object()) {
        return fail(ErrorCode::parse, "it must be a JSON object of categories and counts");
    }
    CategoryCounts counts;
    for (const auto& [name, value] : document.items()) {
        const auto count = count_in(value);
        if (!count) {
            return fail(ErrorCode::parse,
                name + ": must be a number of channels, or an object with one of "
                       "confirmed_epg_stream_count, linked_count, count and epg_linked");
        }
        counts.emplace(name, *count);
    }
    return counts;
}

Result<GeneratedFleet> generate_fleet(const GenerateOptions& options) {
    if (options.category_cap < 1) {
        return fail(ErrorCode::invalid_argument, "a tuner takes at least one channel");
    }
    return Generator(options).run();
}

} // namespace plex_tuner::fleet
