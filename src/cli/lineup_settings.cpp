// SPDX-License-Identifier: GPL-3.0-or-later
#include "lineup_settings.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>

namespace plex_tuner::cli {
namespace {

constexpr std::size_t kMaxRulesBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxTableBytes = std::size_t{64} << 20;

[[nodiscard]] lineup::Shape shape_of(config::LineupShape shape) {
    return shape == config::LineupShape::na_en ? lineup::Shape::na_en : lineup::Shape::none;
}

[[nodiscard]] lineup::Region region_of(config::RegionProfile region) {
    switch (region) {
    case config::RegionProfile::none:
        return lineup::Region::none;
    case config::RegionProfile::ca_west:
        return lineup::Region::ca_west;
    case config::RegionProfile::ca_prairies:
        return lineup::Region::ca_prairies;
    }
    return lineup::Region::none;
}

[[nodiscard]] Result<lineup::CategoryRules> category_rules(const std::filesystem::path& file) {
    if (file.empty()) {
        return lineup::CategoryRules();
    }
    auto text = read_file(file, kMaxRulesBytes);
    if (!text) {
        return fail_with(std::move(text), "PLEX_TUNER_LINEUP_RULES_FILE");
    }
    auto rules = lineup::CategoryRules::with(*text);
    if (!rules) {
        return fail_with(std::move(rules), "PLEX_TUNER_LINEUP_RULES_FILE: " + file.string());
    }
    return rules;
}

[[nodiscard]] Result<std::shared_ptr<const lineup::ChannelTable>> channel_table(
    const std::filesystem::path& file) {
    if (file.empty()) {
        return nullptr;
    }
    auto text = read_file(file, kMaxTableBytes);
    if (!text) {
        return fail_with(std::move(text), "PLEX_TUNER_LINEUP_CHANNELS_FILE");
    }
    auto table = lineup::ChannelTable::parse(*text);
    if (!table) {
        return fail_with(std::move(table), "PLEX_TUNER_LINEUP_CHANNELS_FILE: " + file.string());
    }
    return std::make_shared<const lineup::ChannelTable>(std::move(*table));
}

/// Names the setting that the lineup would refuse.
[[nodiscard]] Result<void> check_names(
    const lineup::Selection& selection, const lineup::CategoryRules& rules) {
    const auto check = [&](std::string_view setting,
                           const lineup::Selection& part) -> Result<void> {
        auto made = lineup::Pipeline::make(part, rules);
        return made ? Result<void>() : fail_with(std::move(made), setting);
    };
    if (auto checked = check("PLEX_TUNER_LINEUP_CATEGORY", {.categories = selection.categories});
        !checked) {
        return checked;
    }
    if (auto checked = check("PLEX_TUNER_LINEUP_LANGUAGE", {.languages = selection.languages});
        !checked) {
        return checked;
    }
    return check("PLEX_TUNER_LINEUP_EXCLUDE_REGEX", {.exclude_pattern = selection.exclude_pattern});
}

} // namespace

Result<lineup::Options> make_lineup_options(
    const config::Config& config, std::optional<lineup::Shard> shard) {
    const config::LineupSettings& settings = config.lineup;
    auto rules = category_rules(settings.rules_file);
    if (!rules) {
        return fail(std::move(rules).error());
    }
    auto table = channel_table(settings.channels_file);
    if (!table) {
        return fail(std::move(table).error());
    }
    lineup::Selection selection;
    selection.table = std::move(*table);
    selection.epg_only = settings.epg_only;
    selection.drop_music = settings.drop_music;
    selection.languages = settings.languages;
    selection.exclude_pattern = settings.exclude_pattern;
    selection.categories = settings.categories;
    selection.shape = shape_of(settings.shape);
    selection.region = region_of(settings.region);
    selection.skip = static_cast<std::size_t>(settings.skip);
    selection.take = static_cast<std::size_t>(settings.take);
    selection.shard = shard;
    if (settings.shard) {
        selection.shard = {settings.shard->index, settings.shard->count};
    }
    selection.max_channels = settings.effective_max_channels();
    if (auto checked = check_names(selection, *rules); !checked) {
        return fail(std::move(checked).error());
    }
    auto pipeline = lineup::Pipeline::make(selection, std::move(*rules));
    if (!pipeline) {
        return fail(std::move(pipeline).error());
    }
    return lineup::Options{
        .pipeline = std::move(*pipeline), .guide_number_offset = settings.guide_number_offset};
}

std::string lineup_name(const config::Config& config) {
    const config::LineupSettings& settings = config.lineup;
    if (!settings.name.empty()) {
        return settings.name;
    }
    std::string name;
    for (const std::string& category : settings.categories) {
        name += (name.empty() ? "" : "+") + ascii::lower(category);
    }
    name = name.empty() ? "all" : name;
    return settings.guide_number_offset == 0
               ? name
               : name + "@" + std::to_string(settings.guide_number_offset);
}

} // namespace plex_tuner::cli
