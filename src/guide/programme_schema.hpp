// SPDX-License-Identifier: GPL-3.0-or-later
// What xmltv.dtd allows inside <programme>, as tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace plex_tuner::guide {

enum class Tag : std::uint8_t {
    programme,
    // children of programme, in the order the DTD demands
    title,
    sub_title,
    desc,
    credits,
    date,
    category,
    keyword,
    language,
    orig_language,
    length,
    icon,
    url,
    country,
    episode_num,
    video,
    audio,
    previously_shown,
    premiere,
    last_chance,
    is_new,
    subtitles,
    rating,
    star_rating,
    review,
    image,
    // children of credits, in order
    director,
    actor,
    writer,
    adapter,
    producer,
    composer,
    editor,
    presenter,
    commentator,
    guest,
    // children of video, in order; audio has the first and the last
    present,
    colour,
    aspect,
    quality,
    stereo,
    // child of rating and star-rating
    value,
};

inline constexpr std::size_t kTagCount = static_cast<std::size_t>(Tag::value) + 1;

enum class Content : std::uint8_t {
    nothing,       ///< EMPTY
    text,          ///< dropped when blank
    optional_text, ///< its presence means something: kept when blank
    mixed,         ///< text and elements in any order, dropped when blank
    elements,      ///< in the order of their tags, dropped when none is left
};

[[nodiscard]] std::optional<Tag> find_tag(std::string_view name) noexcept;
[[nodiscard]] std::string_view tag_name(Tag tag) noexcept;
/// "</title>"
[[nodiscard]] std::string_view closing_tag(Tag tag) noexcept;
[[nodiscard]] Content content_of(Tag tag) noexcept;

/// Whether the DTD allows `child` directly inside `parent`.
[[nodiscard]] bool allowed(Tag parent, Tag child) noexcept;
/// Whether it allows one at most.
[[nodiscard]] bool at_most_once(Tag parent, Tag child) noexcept;

/// Where `child` stands among the children of its parent.
[[nodiscard]] constexpr std::uint8_t rank(Tag child) noexcept {
    // Tags are numbered in the order of programme; only value, which precedes icon, is not.
    return child == Tag::value ? 0 : static_cast<std::uint8_t>(child);
}

/// An attribute of the DTD is kept when its value is one the DTD allows; others are dropped.
[[nodiscard]] bool attribute_allowed(
    Tag tag, std::string_view name, std::string_view value) noexcept;
/// The attribute without which the element is invalid, empty for most.
[[nodiscard]] std::string_view required_attribute(Tag tag) noexcept;

/// S.E.P, each empty or a number with an optional /total, as tv_validate_file checks it.
[[nodiscard]] bool is_xmltv_ns(std::string_view text) noexcept;

} // namespace plex_tuner::guide
