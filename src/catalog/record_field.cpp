// SPDX-License-Identifier: GPL-3.0-or-later
#include "record_field.hpp"

#include <algorithm>
#include <array>

namespace plex_tuner::catalog {
namespace {

/// In the order of Field, which is alphabetical.
constexpr std::array<std::string_view, kFields - 1> kNames = {"added", "airdate", "artwork_url",
    "attributes", "category", "channel_id", "episode_num", "episodes", "group_title", "guide_name",
    "guide_number", "id", "language", "live_channels", "logo", "movies", "number",
    "provider_category_id", "provider_category_name", "radio", "region", "season_num", "seasons",
    "series", "source_headers", "source_tag", "stream_url", "stream_urls", "title", "tvg_id",
    "tvg_name", "tvg_shift", "year"};
static_assert(std::ranges::is_sorted(kNames));

constexpr std::size_t kNameSlots = 64;

/// Different for each of kNames; with a new name, try other factors.
constexpr std::size_t slot_of(std::string_view name) {
    const auto at = [name](std::size_t i) {
        return std::size_t{static_cast<unsigned char>(name[i])};
    };
    return (3 * name.size() + 31 * at(0) + 7 * at(name.size() / 2) + 2 * at(name.size() - 1)) %
           kNameSlots;
}

/// An account's catalog has four million member names: one comparison each.
constexpr std::array<Field, kNameSlots> kFieldOfSlot = [] {
    std::array<Field, kNameSlots> fields{};
    fields.fill(Field::unknown);
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        fields[slot_of(kNames[i])] = static_cast<Field>(i);
    }
    return fields;
}();

static_assert(std::ranges::count(kFieldOfSlot, Field::unknown) == kNameSlots - kNames.size());

} // namespace

Field field_named(std::string_view name) noexcept {
    if (name.empty()) {
        return Field::unknown;
    }
    const Field field = kFieldOfSlot[slot_of(name)];
    return field != Field::unknown && kNames[static_cast<std::size_t>(field)] == name
               ? field
               : Field::unknown;
}

std::string_view name_of(Field field) noexcept {
    return kNames[static_cast<std::size_t>(field)];
}

} // namespace plex_tuner::catalog
