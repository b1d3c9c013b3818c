// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared_key.hpp"

#include "redis_rows.hpp"

#include <algorithm>
#include <utility>

namespace plex_tuner::state {

namespace {

constexpr std::string_view kKeys = "plex-tuner:requests:";
constexpr std::string_view kRowField = "governor";
constexpr std::string_view kPermitFields = "permit:";

[[nodiscard]] SharedKey key_from(const RedisView& view) {
    SharedKey out{.now = view.now, .row = {}, .permits = {}};
    for (const auto& [field, text] : view.fields) {
        if (field == kRowField) {
            out.row = governor_from_text(text);
        } else if (field.starts_with(kPermitFields)) {
            auto permit = permit_from_text(field.substr(kPermitFields.size()), text);
            if (permit && view.sessions.contains(permit->session)) {
                out.permits.push_back(*std::move(permit));
            }
        }
    }
    return out;
}

/// Fields that are not ours stay.
void store(const SharedKey& key, RedisFields& fields) {
    std::erase_if(fields, [](const auto& field) { return field.first.starts_with(kPermitFields); });
    if (key.row) {
        fields.insert_or_assign(std::string(kRowField), to_text(*key.row));
    }
    for (const SharedPermit& permit : key.permits) {
        fields.emplace(std::string(kPermitFields) + permit.id, to_text(permit));
    }
}

} // namespace

InFlight in_flight(const SharedKey& key) {
    return {.permits = static_cast<int>(key.permits.size()),
        .trial = std::ranges::any_of(key.permits, &SharedPermit::trial)};
}

Result<std::optional<SharedKey>> update_key(RedisClient& client, std::string_view key,
    const IsDead& is_dead, const std::function<void(SharedKey&)>& change) {
    SharedKey seen;
    auto updated =
        update_hash(client, std::string(kKeys).append(key), is_dead, [&](RedisView& view) {
            seen = key_from(view);
            change(seen);
            store(seen, view.fields);
        });
    if (!updated) {
        return fail(std::move(updated).error());
    }
    return *updated ? std::optional(std::move(seen)) : std::nullopt;
}

} // namespace plex_tuner::state
