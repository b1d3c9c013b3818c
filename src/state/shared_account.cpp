// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared_account.hpp"

#include "redis_rows.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace plex_tuner::state {

namespace {

constexpr std::string_view kAccountKeys = "plex-tuner:slots:";
constexpr std::string_view kAccountField = "account";
constexpr std::string_view kSlotFields = "slot:";

[[nodiscard]] std::string key_of(std::string_view account) {
    return std::string(kAccountKeys).append(account);
}

[[nodiscard]] bool still_counts(const SharedSlot& slot, const Sessions& sessions, TimePoint now) {
    if (slot.row.lingers_until) {
        // Beyond the longest there is, the clock was set back.
        return *slot.row.lingers_until > now && *slot.row.lingers_until <= now + kMaxLinger;
    }
    return sessions.contains(slot.session);
}

[[nodiscard]] SharedAccount account_from(
    const RedisFields& fields, Sessions sessions, TimePoint now) {
    SharedAccount out{.now = now, .sessions = std::move(sessions), .account = {}, .slots = {}};
    for (const auto& [field, text] : fields) {
        if (field == kAccountField) {
            out.account = account_from_text(text).value_or(AccountRow{});
        } else if (field.starts_with(kSlotFields)) {
            auto slot = slot_from_text(field.substr(kSlotFields.size()), text);
            if (slot && still_counts(*slot, out.sessions, now)) {
                out.slots.push_back(*std::move(slot));
            }
        }
    }
    std::ranges::sort(
        out.slots, {}, [](const SharedSlot& slot) { return std::tie(slot.row.since, slot.id); });
    return out;
}

/// Fields that are not ours stay.
void store(const SharedAccount& account, RedisFields& fields) {
    std::erase_if(fields, [](const auto& field) { return field.first.starts_with(kSlotFields); });
    fields.insert_or_assign(std::string(kAccountField), to_text(account.account));
    for (const SharedSlot& slot : account.slots) {
        fields.emplace(std::string(kSlotFields) + slot.id, to_text(slot));
    }
}

} // namespace

Result<std::optional<SharedAccount>> update_account(RedisClient& client, std::string_view account,
    const IsDead& is_dead, const std::function<void(SharedAccount&)>& change) {
    SharedAccount seen;
    auto updated = update_hash(client, key_of(account), is_dead, [&](RedisView& view) {
        seen = account_from(view.fields, view.sessions, view.now);
        change(seen);
        store(seen, view.fields);
    });
    if (!updated) {
        return fail(std::move(updated).error());
    }
    return *updated ? std::optional(std::move(seen)) : std::nullopt;
}

Result<std::optional<bool>> asked_for(
    RedisClient& client, std::string_view account, const std::string& slot) {
    auto replies = client.run({{"HGET", key_of(account), std::string(kSlotFields) + slot}});
    if (!replies) {
        return fail(std::move(replies).error());
    }
    if (replies->front().kind != RedisReply::Kind::text) {
        return std::nullopt;
    }
    const auto read = slot_from_text(slot, replies->front().text);
    return read ? std::optional(read->row.asked_at.has_value()) : std::nullopt;
}

} // namespace plex_tuner::state
