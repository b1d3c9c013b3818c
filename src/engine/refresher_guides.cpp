// SPDX-License-Identifier: GPL-3.0-or-later
// Which guides a refresh is made from.
#include "location.hpp"
#include "refresher.hpp"

#include <plex_tuner/base/atomic_file.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::engine {

namespace {

constexpr std::size_t kMaxGuideSources = 16;
constexpr std::size_t kMaxGuideListBytes = std::size_t{1} << 20;
constexpr unsigned kOwnerOnly = 0600; // guide addresses hold credentials

} // namespace

std::optional<std::vector<GuideSource>> Refresher::provider_guides() const {
    if (options_.provider_guides == ProviderGuides::off) {
        return std::vector<GuideSource>();
    }
    std::vector<GuideSource> sources = options_.fallback_guides;
    if (named_guides_ && !named_guides_->empty()) {
        sources.clear();
        for (const Location& location : *named_guides_) {
            sources.push_back({.alternatives = {location}, .limits = options_.guide_limits});
        }
    }
    sources.insert(sources.end(), options_.device_guides.begin(), options_.device_guides.end());
    const bool is_known = named_guides_ || !sources.empty();
    return is_known ? std::optional(std::move(sources)) : std::nullopt;
}

std::optional<std::vector<GuideSource>> Refresher::guide_sources() const {
    auto sources = provider_guides();
    if (options_.guides.empty()) {
        return sources;
    }
    auto all = std::move(sources).value_or(std::vector<GuideSource>());
    const bool others_first = options_.provider_guides == ProviderGuides::last;
    all.insert(
        others_first ? all.begin() : all.end(), options_.guides.begin(), options_.guides.end());
    // A playlist may name what the user has set.
    std::vector<GuideSource> once;
    for (GuideSource& source : all) {
        if (std::ranges::find(once, source.alternatives, &GuideSource::alternatives) ==
            once.end()) {
            once.push_back(std::move(source));
        }
    }
    return once;
}

std::filesystem::path Refresher::guide_list_file() const {
    return options_.index.state_directory /
           (options_.index.catalog.filename().string() + ".guides");
}

void Refresher::recall_guides() {
    if (auto text = read_file(guide_list_file(), kMaxGuideListBytes)) {
        named_guides_ = parse_location_list(*text);
    } else if (text.error().code() != ErrorCode::not_found) {
        logger_.warn("guides that the playlist names not recalled", {{"error", text.error()}});
    }
}

/// A playlist that cannot be read names no guides; those it named before still hold.
void Refresher::remember_guides(std::vector<Location> guides) {
    if (guides.size() > kMaxGuideSources) {
        logger_.warn("playlist names more guides than are used",
            {{"named", guides.size()}, {"used", kMaxGuideSources}});
        guides.erase(guides.begin() + kMaxGuideSources, guides.end());
    }
    const std::string text = location_list(guides);
    named_guides_ = std::move(guides);
    if (const auto known = read_file(guide_list_file(), kMaxGuideListBytes);
        known && *known == text) {
        return;
    }
    auto file = AtomicFile::create(guide_list_file(), kOwnerOnly);
    Result<void> saved = file ? file->write(text) : fail(file.error());
    if (saved) {
        saved = file->commit();
    }
    if (!saved) {
        logger_.warn("guides that the playlist names not saved for the next start",
            {{"error", saved.error()}});
    }
}

} // namespace plex_tuner::engine
