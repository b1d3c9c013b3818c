// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/provider/catalog_difference.hpp>

#include <algorithm>
#include <unordered_map>

namespace plex_tuner::provider {
namespace {

constexpr std::array kKinds{RecordKind::channel, RecordKind::film, RecordKind::series};

[[nodiscard]] std::uint64_t hash_of(std::string_view text, std::string_view more = {}) {
    return Fnv1a().add(text).add({"\0", 1}).add(more).value();
}

using Record = CatalogSummary::Record;

[[nodiscard]] KindDifference compare(
    const std::vector<Record>& before, const std::vector<Record>& after) {
    KindDifference change{.before = before.size(), .after = after.size()};
    std::unordered_map<std::uint64_t, const Record*> by_id;
    by_id.reserve(before.size());
    for (const Record& record : before) {
        by_id.try_emplace(record.id, &record);
    }
    std::unordered_map<std::uint64_t, std::size_t> names_left;
    std::vector<const Record*> strangers;
    for (const Record& record : after) {
        const auto known = by_id.find(record.id);
        if (known == by_id.end()) {
            strangers.push_back(&record);
            continue;
        }
        change.renamed += known->second->name != record.name ? 1 : 0;
        change.moved +=
            known->second->name == record.name && known->second->place != record.place ? 1 : 0;
        by_id.erase(known);
    }
    for (const auto& [id, record] : by_id) {
        ++names_left[record->name];
    }
    change.removed = by_id.size();
    for (const Record* record : strangers) {
        const auto named = names_left.find(record->name);
        if (named == names_left.end() || named->second == 0) {
            ++change.added;
        } else {
            --named->second;
            --change.removed;
        }
    }
    return change;
}

} // namespace

std::string_view plural_of(RecordKind kind) noexcept {
    switch (kind) {
    case RecordKind::channel:
        return "channels";
    case RecordKind::film:
        return "films";
    case RecordKind::series:
        return "series";
    }
    return "records";
}

CatalogSummary::CatalogSummary(const catalog::Catalog& catalog) {
    auto& channels = records_[static_cast<std::size_t>(RecordKind::channel)];
    auto& films = records_[static_cast<std::size_t>(RecordKind::film)];
    auto& series = records_[static_cast<std::size_t>(RecordKind::series)];
    channels.reserve(catalog.live_channels().size());
    films.reserve(catalog.movies().size());
    series.reserve(catalog.series().size());
    for (const catalog::LiveChannel& channel : catalog.live_channels()) {
        channels.push_back({hash_of(channel.channel_id),
            hash_of(channel.tvg_id, channel.guide_name), hash_of(channel.group_title)});
    }
    for (const catalog::Movie& movie : catalog.movies()) {
        films.push_back(
            {hash_of(movie.id), hash_of(movie.title), hash_of(movie.provider_category_name)});
    }
    for (const catalog::Series& one : catalog.series()) {
        series.push_back(
            {hash_of(one.id), hash_of(one.title), hash_of(one.provider_category_name)});
    }
}

bool CatalogDifference::any() const noexcept {
    return std::ranges::any_of(kinds, [](const KindDifference& kind) { return kind.any(); });
}

CatalogDifference difference(const CatalogSummary& before, const CatalogSummary& after) {
    CatalogDifference change;
    for (const RecordKind kind : kKinds) {
        change.kinds[static_cast<std::size_t>(kind)] =
            compare(before.records(kind), after.records(kind));
    }
    return change;
}

std::string excessive_loss(const CatalogDifference& change, int percent) {
    std::string text;
    for (const RecordKind kind : kKinds) {
        const KindDifference& of_kind = change.of(kind);
        const bool loses_all_channels =
            kind == RecordKind::channel && of_kind.before > 0 && of_kind.after == 0;
        // Compared exactly: half a percent too much is too much.
        if (of_kind.removed * 100 <= of_kind.before * static_cast<std::size_t>(percent) &&
            !loses_all_channels) {
            continue;
        }
        text += text.empty() ? "" : ", ";
        text += std::to_string(of_kind.removed) + " of " + std::to_string(of_kind.before) + " " +
                std::string(plural_of(kind)) + " would go";
    }
    return text;
}

} // namespace plex_tuner::provider
