// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis_rows.hpp"

#include "governor_rows.hpp"
#include "ledger_time.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace plex_tuner::state {

namespace {

constexpr std::string_view kNothing = "-";
constexpr int kMaxLimit = 1'000'000;
constexpr double kMillionths = 1e6;
constexpr std::int64_t kMaxTokens = 1'000'000'000'000;

template <std::size_t Count>
[[nodiscard]] std::optional<std::array<std::string_view, Count>> words_of(std::string_view text) {
    std::array<std::string_view, Count> words;
    for (std::size_t i = 0; i < Count; ++i) {
        const std::size_t end = text.find(' ');
        words[i] = text.substr(0, end);
        if (words[i].empty() || (end == std::string_view::npos) != (i + 1 == Count)) {
            return std::nullopt;
        }
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return words;
}

[[nodiscard]] std::string number_text(std::optional<std::int64_t> value) {
    return value ? std::to_string(*value) : std::string(kNothing);
}

[[nodiscard]] std::string time_text(std::optional<TimePoint> time) {
    return time ? std::to_string(to_column(*time)) : std::string(kNothing);
}

[[nodiscard]] std::string name_text(const std::string& name) {
    return name.empty() ? std::string(kNothing) : name;
}

[[nodiscard]] std::string name_from(std::string_view word) {
    return word == kNothing ? std::string() : std::string(word);
}

/// Reads words one after the other; what is no number makes the whole row none.
class Numbers {
public:
    [[nodiscard]] std::optional<std::int64_t> optional(std::string_view word) {
        if (word == kNothing) {
            return std::nullopt;
        }
        const auto value = ascii::parse_integer<std::int64_t>(word);
        good_ = good_ && value.has_value();
        return value;
    }

    [[nodiscard]] TimePoint time(std::string_view word) {
        const auto value = optional(word);
        good_ = good_ && value.has_value();
        return time_from_column(value.value_or(0));
    }

    [[nodiscard]] std::optional<TimePoint> optional_time(std::string_view word) {
        const auto value = optional(word);
        return value ? std::optional(time_from_column(*value)) : std::nullopt;
    }

    [[nodiscard]] std::optional<int> limit(std::string_view word) {
        const auto value = optional(word);
        return value
                   ? std::optional(static_cast<int>(std::clamp<std::int64_t>(*value, 1, kMaxLimit)))
                   : std::nullopt;
    }

    [[nodiscard]] std::int64_t within(
        std::string_view word, std::int64_t least, std::int64_t most) {
        const auto value = optional(word);
        good_ = good_ && value.has_value();
        return std::clamp(value.value_or(0), least, most);
    }

    /// Unknown kinds are the least important one.
    [[nodiscard]] std::optional<SlotKind> kind(std::string_view word) {
        const auto value = optional(word);
        const auto last = static_cast<std::int64_t>(SlotKind::probe);
        return !value                         ? std::nullopt
               : *value >= 0 && *value < last ? std::optional(static_cast<SlotKind>(*value))
                                              : std::optional(SlotKind::probe);
    }

    [[nodiscard]] bool good() const noexcept { return good_; }

private:
    bool good_ = true;
};

} // namespace

std::string to_text(const AccountRow& row) {
    return number_text(row.provider_limit) + ' ' + number_text(row.learned_limit) + ' ' +
           time_text(row.learned_at) + ' ' +
           (row.waiting ? std::to_string(static_cast<int>(*row.waiting)) : std::string(kNothing)) +
           ' ' + time_text(row.waiting_until);
}

std::optional<AccountRow> account_from_text(std::string_view text) {
    constexpr std::size_t kWords = 5;
    const auto words = words_of<kWords>(text);
    if (!words) {
        return std::nullopt;
    }
    const auto& [provider, learned, learned_at, waiting, waiting_until] = *words;
    Numbers numbers;
    const AccountRow row{.provider_limit = numbers.limit(provider),
        .learned_limit = numbers.limit(learned),
        .learned_at = numbers.time(learned_at),
        .waiting = numbers.kind(waiting),
        .waiting_until = numbers.time(waiting_until)};
    return numbers.good() ? std::optional(row) : std::nullopt;
}

std::string to_text(const SharedSlot& slot) {
    const SlotRow& row = slot.row;
    return std::to_string(static_cast<int>(row.kind)) + ' ' + time_text(row.since) + ' ' +
           time_text(row.asked_at) + ' ' + time_text(row.lingers_until) + ' ' +
           name_text(slot.session) + ' ' + name_text(slot.machine);
}

std::optional<SharedSlot> slot_from_text(std::string id, std::string_view text) {
    constexpr std::size_t kWords = 6;
    const auto words = words_of<kWords>(text);
    if (!words) {
        return std::nullopt;
    }
    const auto& [kind, since, asked, lingers, session, machine] = *words;
    Numbers numbers;
    SharedSlot slot{.id = std::move(id),
        .session = name_from(session),
        .machine = name_from(machine),
        .row = {.id = 0,
            .kind = numbers.kind(kind).value_or(SlotKind::probe),
            .since = numbers.time(since),
            .asked_at = numbers.optional_time(asked),
            .lingers_until = numbers.optional_time(lingers)}};
    return numbers.good() ? std::optional(std::move(slot)) : std::nullopt;
}

std::string to_text(const GovernorRow& row) {
    return std::to_string(std::llround(row.tokens * kMillionths)) + ' ' +
           time_text(row.refilled_at) + ' ' + time_text(row.blocked_until) + ' ' +
           std::to_string(static_cast<int>(row.blocked_by)) + ' ' + std::to_string(row.failures) +
           ' ' + time_text(row.failed_at) + ' ' + (row.breaker_open ? "1 " : "0 ") +
           std::to_string(row.last_status);
}

std::optional<GovernorRow> governor_from_text(std::string_view text) {
    constexpr std::size_t kWords = 8;
    const auto words = words_of<kWords>(text);
    if (!words) {
        return std::nullopt;
    }
    const auto& [tokens, refilled, blocked_until, blocked_by, failures, failed, open, status] =
        *words;
    Numbers numbers;
    const GovernorRow row{
        .tokens =
            static_cast<double>(numbers.within(tokens, -kMaxTokens, kMaxTokens)) / kMillionths,
        .refilled_at = numbers.time(refilled),
        .blocked_until = numbers.time(blocked_until),
        .blocked_by = reason_from_number(numbers.within(blocked_by, 0, kMaxLimit)),
        .failures = static_cast<int>(numbers.within(failures, 0, kMaxLimit)),
        .failed_at = numbers.time(failed),
        .breaker_open = numbers.within(open, 0, 1) != 0,
        .last_status = static_cast<int>(numbers.within(status, 0, kMaxLimit))};
    return numbers.good() ? std::optional(row) : std::nullopt;
}

std::string to_text(const SharedPermit& permit) {
    return name_text(permit.session) + (permit.trial ? " 1" : " 0");
}

std::optional<SharedPermit> permit_from_text(std::string id, std::string_view text) {
    const auto words = words_of<2>(text);
    if (!words) {
        return std::nullopt;
    }
    Numbers numbers;
    SharedPermit permit{.id = std::move(id),
        .session = name_from((*words)[0]),
        .trial = numbers.within((*words)[1], 0, 1) != 0};
    return numbers.good() ? std::optional(std::move(permit)) : std::nullopt;
}

std::string to_text(const Session& session) {
    return name_text(session.machine) + ' ' + time_text(session.expires);
}

std::optional<Session> session_from_text(std::string_view text) {
    const auto words = words_of<2>(text);
    if (!words) {
        return std::nullopt;
    }
    Numbers numbers;
    Session session{.machine = name_from((*words)[0]), .expires = numbers.time((*words)[1])};
    return numbers.good() ? std::optional(std::move(session)) : std::nullopt;
}

} // namespace plex_tuner::state
