// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace plex_tuner::provider {

/// What a member of a panel's record may hold.
enum class FieldKind : std::uint8_t {
    text, ///< text or number; true and false mean that it is missing
    flag, ///< 1, "1" or true; everything else is no
    list, ///< text or number, or a list of them, of which the first counts
};

/// A member that is read. Several names may lead to one slot: the last value that is not empty
/// wins.
struct Field {
    std::string_view name;
    std::uint8_t slot = 0;
    FieldKind kind = FieldKind::text;
};

/// Members by name, for every key of a list.
template <std::size_t kCount>
class FieldTable {
public:
    consteval explicit FieldTable(std::array<Field, kCount> fields) : fields_(fields) {
        std::ranges::sort(fields_, {}, [](const Field& field) { return field.name.size(); });
        for (std::size_t size = 0; size < first_.size(); ++size) {
            first_[size] = static_cast<std::uint8_t>(std::ranges::count_if(
                fields_, [&](const Field& field) { return field.name.size() < size; }));
        }
    }

    /// Null for a member that is not read.
    [[nodiscard]] const Field* find(std::string_view name) const noexcept {
        if (name.size() + 1 >= first_.size()) {
            return nullptr;
        }
        for (std::size_t i = first_[name.size()]; i < first_[name.size() + 1]; ++i) {
            if (fields_[i].name == name) {
                return &fields_[i];
            }
        }
        return nullptr;
    }

private:
    static constexpr std::size_t kLongestName = 30;
    std::array<Field, kCount> fields_;
    std::array<std::uint8_t, kLongestName + 2> first_{};
};

/// The values of one record.
template <std::size_t kSlots>
class RecordValues {
public:
    void clear() noexcept {
        for (std::string& value : values_) {
            value.clear();
        }
    }

    void set(const Field& field, std::string_view text) {
        if (!text.empty()) {
            values_[field.slot].assign(text);
        }
    }

    /// Of a list only the first value counts.
    void set_first(const Field& field, std::string_view text) {
        if (values_[field.slot].empty()) {
            set(field, text);
        }
    }

    void set(const Field& field, bool value) {
        if (field.kind == FieldKind::flag) {
            values_[field.slot].assign(value ? "1" : "0");
        }
    }

    [[nodiscard]] std::string& operator[](std::size_t slot) noexcept { return values_[slot]; }

private:
    std::array<std::string, kSlots> values_;
};

} // namespace plex_tuner::provider
