// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plex_tuner::plex {

/// What an answer of Plex says, whether it came as XML or as JSON: attributes are the scalar
/// members, children the objects and lists of objects.
struct Element {
    std::string name;
    std::vector<std::pair<std::string, std::string>> attributes = {};
    std::vector<Element> children = {};

    /// Empty when there is none.
    [[nodiscard]] std::string_view attribute(std::string_view key) const noexcept;
    /// "1", "true" and the like; none for a word that is neither, or no such attribute.
    [[nodiscard]] std::optional<bool> flag(std::string_view key) const noexcept;
    /// The children of that name in any case: "Dvr" on servers is "DVR" in descriptions.
    [[nodiscard]] std::vector<const Element*> all(std::string_view child) const;
};

/// The MediaContainer of an answer; an empty one for an answer without content, as actions give.
/// A refusal, which comes as status="-1" with HTTP 200, is an invalid_argument error with the
/// server's words; a page or anything else that is no MediaContainer is a parse error.
[[nodiscard]] Result<Element> read_container(std::string_view body);

// One for each encoding; both are parse errors for what is not well-formed or nested too deep.
[[nodiscard]] Result<Element> read_xml(std::string_view body);
[[nodiscard]] Result<Element> read_json(std::string_view body);

/// Deeper answers do not exist.
inline constexpr int kMaxDepth = 32;

} // namespace plex_tuner::plex
