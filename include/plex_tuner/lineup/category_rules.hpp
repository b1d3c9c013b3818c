// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::lineup {

/// What a channel is sorted by. Views point into the rules.
struct ChannelClass {
    std::string_view region; ///< "intl" when no rule says more
    std::string_view type;   ///< "general" when no rule says more

    friend bool operator==(const ChannelClass&, const ChannelClass&) = default;
};

/// The texts of a channel that rules look at; any may be empty.
struct ChannelTexts {
    std::string_view name;
    std::string_view tvg_id;
    std::string_view group;
};

/// Which region and type a channel is of, and which of both the names of LINEUP_CATEGORY mean.
/// Immutable and cheap to copy. One table, in the notation of builtin_category_rules(), whose head
/// explains it; a user's own rows come before ours.
class CategoryRules {
public:
    /// The rows of the program alone.
    CategoryRules();

    /// `own_rows` before those of the program. Errors (parse) name the line and what is wrong.
    [[nodiscard]] static Result<CategoryRules> with(std::string_view own_rows);

    [[nodiscard]] ChannelClass classify(const ChannelTexts& texts) const;

    /// Whether `category` (any case) includes channels of that class; false for an unknown one.
    [[nodiscard]] bool includes(std::string_view category, const ChannelClass& channel) const;
    [[nodiscard]] bool knows(std::string_view category) const;
    /// In the order of the table.
    [[nodiscard]] std::vector<std::string_view> categories() const;

private:
    struct Table;

    explicit CategoryRules(std::shared_ptr<const Table> table) : table_(std::move(table)) {}

    std::shared_ptr<const Table> table_;
};

/// The table of the program, as a user would write it.
[[nodiscard]] std::string_view builtin_category_rules() noexcept;

} // namespace plex_tuner::lineup
