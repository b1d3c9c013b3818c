// SPDX-License-Identifier: GPL-3.0-or-later
#include "standing.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace plex_tuner::state {

Result<std::string> machine_id(Database& database, const std::string& fresh) {
    if (auto named = database.run(
            "INSERT INTO machine (id) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM machine)",
            std::string_view(fresh));
        !named) {
        return fail(std::move(named).error());
    }
    auto query = database.query("SELECT id FROM machine");
    if (!query) {
        return fail(std::move(query).error());
    }
    auto row = query->next();
    if (!row) {
        return fail(std::move(row).error());
    }
    return *row ? std::string(query->text(0)) : fresh;
}

Result<std::optional<Standing>> load_standing(Database& database) {
    auto query = database.query("SELECT machines, rank FROM machine");
    if (!query) {
        return fail(std::move(query).error());
    }
    auto row = query->next();
    if (!row) {
        return fail(std::move(row).error());
    }
    const auto machines = *row ? query->optional_integer(0) : std::nullopt;
    const auto rank = *row ? query->optional_integer(1) : std::nullopt;
    if (!machines || !rank) {
        return std::nullopt;
    }
    constexpr std::int64_t kMost = 1'000'000;
    return Standing{.machines = static_cast<int>(std::clamp<std::int64_t>(*machines, 1, kMost)),
        .rank = static_cast<int>(std::clamp<std::int64_t>(*rank, 0, kMost))};
}

Result<void> store_standing(Database& database, const Standing& standing) {
    return database.run(
        "UPDATE machine SET machines = ?, rank = ?", standing.machines, standing.rank);
}

} // namespace plex_tuner::state
