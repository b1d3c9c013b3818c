// SPDX-License-Identifier: GPL-3.0-or-later
#include "programme_schema.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace plex_tuner::guide {
namespace {

struct TagInfo {
    std::string_view closing; // the literal the others are cut from
    Content content = Content::text;
    std::string_view required{};

    [[nodiscard]] constexpr std::string_view name() const noexcept {
        return closing.substr(2, closing.size() - 3);
    }
};

constexpr std::array<TagInfo, kTagCount> kTags{{
    {"</programme>", Content::elements},
    {"</title>"},
    {"</sub-title>"},
    {"</desc>"},
    {"</credits>", Content::elements},
    {"</date>"},
    {"</category>"},
    {"</keyword>"},
    {"</language>"},
    {"</orig-language>"},
    {"</length>", Content::text, "units"},
    {"</icon>", Content::nothing, "src"},
    {"</url>"},
    {"</country>"},
    {"</episode-num>"},
    {"</video>", Content::elements},
    {"</audio>", Content::elements},
    {"</previously-shown>", Content::nothing},
    {"</premiere>", Content::optional_text},
    {"</last-chance>", Content::optional_text},
    {"</new>", Content::nothing},
    {"</subtitles>", Content::elements},
    {"</rating>", Content::elements},
    {"</star-rating>", Content::elements},
    {"</review>", Content::text, "type"},
    {"</image>"},
    {"</director>", Content::mixed},
    {"</actor>", Content::mixed},
    {"</writer>", Content::mixed},
    {"</adapter>", Content::mixed},
    {"</producer>", Content::mixed},
    {"</composer>", Content::mixed},
    {"</editor>", Content::mixed},
    {"</presenter>", Content::mixed},
    {"</commentator>", Content::mixed},
    {"</guest>", Content::mixed},
    {"</present>"},
    {"</colour>"},
    {"</aspect>"},
    {"</quality>"},
    {"</stereo>"},
    {"</value>"},
}};

/// A hash without collisions among the names, which the compiler checks below.
constexpr std::size_t kBuckets = 128;

[[nodiscard]] constexpr std::size_t bucket(std::string_view name) noexcept {
    const auto byte = [name](std::size_t i) {
        return std::size_t{static_cast<unsigned char>(name[i])};
    };
    const std::size_t last = name.size() - 1;
    return (byte(0) + byte(last) + byte(last / 2) * 21 + name.size() * 4) % kBuckets;
}

constexpr std::uint8_t kNoTag = 0xFF;
constexpr std::array<std::uint8_t, kBuckets> kTagOfBucket = [] {
    std::array<std::uint8_t, kBuckets> table{};
    table.fill(kNoTag);
    for (std::size_t i = 0; i < kTags.size(); ++i) {
        table[bucket(kTags[i].name())] = static_cast<std::uint8_t>(i);
    }
    return table;
}();
static_assert(std::ranges::count(kTagOfBucket, kNoTag) == kBuckets - kTagCount, "names collide");

[[nodiscard]] constexpr bool between(Tag tag, Tag first, Tag last) noexcept {
    return tag >= first && tag <= last;
}

[[nodiscard]] constexpr const TagInfo& info(Tag tag) noexcept {
    return kTags[static_cast<std::size_t>(tag)];
}

template <std::size_t N>
[[nodiscard]] bool one_of(
    std::string_view value, const std::array<std::string_view, N>& values) noexcept {
    return std::ranges::find(values, value) != values.end();
}

constexpr std::array<std::string_view, 3> kLengthUnits{"seconds", "minutes", "hours"};
constexpr std::array<std::string_view, 3> kSubtitleTypes{"teletext", "onscreen", "deaf-signed"};
constexpr std::array<std::string_view, 2> kReviewTypes{"text", "url"};
constexpr std::array<std::string_view, 2> kYesNo{"no", "yes"};
constexpr std::array<std::string_view, 5> kImageTypes{
    "poster", "backdrop", "still", "person", "character"};
constexpr std::array<std::string_view, 3> kImageSizes{"1", "2", "3"};
constexpr std::array<std::string_view, 2> kImageOrients{"P", "L"};

[[nodiscard]] bool image_attribute(std::string_view name, std::string_view value) noexcept {
    return (name == "type" && one_of(value, kImageTypes)) ||
           (name == "size" && one_of(value, kImageSizes)) ||
           (name == "orient" && one_of(value, kImageOrients)) || name == "system";
}

void skip_spaces(std::string_view& text) noexcept {
    while (!text.empty() && ascii::is_space(text.front())) {
        text.remove_prefix(1);
    }
}

bool skip_digits(std::string_view& text) noexcept {
    const std::size_t before = text.size();
    while (!text.empty() && ascii::is_digit(text.front())) {
        text.remove_prefix(1);
    }
    return text.size() != before;
}

} // namespace

std::optional<Tag> find_tag(std::string_view name) noexcept {
    if (name.empty()) {
        return std::nullopt;
    }
    const std::uint8_t index = kTagOfBucket[bucket(name)];
    if (index == kNoTag || kTags[index].name() != name) {
        return std::nullopt;
    }
    return static_cast<Tag>(index);
}

std::string_view tag_name(Tag tag) noexcept {
    return info(tag).name();
}

std::string_view closing_tag(Tag tag) noexcept {
    return info(tag).closing;
}

Content content_of(Tag tag) noexcept {
    return info(tag).content;
}

bool allowed(Tag parent, Tag child) noexcept {
    switch (parent) {
    case Tag::programme:
        return between(child, Tag::title, Tag::image);
    case Tag::credits:
        return between(child, Tag::director, Tag::guest);
    case Tag::video:
        return between(child, Tag::present, Tag::quality);
    case Tag::audio:
        return child == Tag::present || child == Tag::stereo;
    case Tag::subtitles:
        return child == Tag::language;
    case Tag::rating:
    case Tag::star_rating:
        return child == Tag::value || child == Tag::icon;
    default:
        return between(parent, Tag::director, Tag::guest) &&
               (child == Tag::image || child == Tag::url);
    }
}

bool at_most_once(Tag parent, Tag child) noexcept {
    switch (parent) {
    case Tag::programme:
        return child == Tag::credits || child == Tag::date ||
               between(child, Tag::language, Tag::length) ||
               between(child, Tag::video, Tag::is_new);
    case Tag::video:
    case Tag::audio:
    case Tag::subtitles:
        return true;
    case Tag::rating:
    case Tag::star_rating:
        return child == Tag::value;
    default:
        return false;
    }
}

bool attribute_allowed(Tag tag, std::string_view name, std::string_view value) noexcept {
    switch (tag) {
    case Tag::title:
    case Tag::sub_title:
    case Tag::desc:
    case Tag::category:
    case Tag::keyword:
    case Tag::language:
    case Tag::orig_language:
    case Tag::country:
    case Tag::premiere:
    case Tag::last_chance:
        return name == "lang";
    case Tag::url:
    case Tag::episode_num:
    case Tag::rating:
    case Tag::star_rating:
        return name == "system";
    case Tag::length:
        return name == "units" && one_of(value, kLengthUnits);
    case Tag::icon:
        return (name == "src" && !ascii::trim(value).empty()) || name == "width" ||
               name == "height";
    case Tag::previously_shown:
        return name == "start" || name == "channel";
    case Tag::subtitles:
        return name == "type" && one_of(value, kSubtitleTypes);
    case Tag::review:
        return (name == "type" && one_of(value, kReviewTypes)) || name == "source" ||
               name == "reviewer" || name == "lang";
    case Tag::image:
        return image_attribute(name, value);
    case Tag::actor:
        return name == "role" || (name == "guest" && one_of(value, kYesNo));
    default:
        return false;
    }
}

std::string_view required_attribute(Tag tag) noexcept {
    return info(tag).required;
}

bool is_xmltv_ns(std::string_view text) noexcept {
    constexpr int kParts = 3;
    for (int part = 0; part < kParts; ++part) {
        skip_spaces(text);
        skip_digits(text);
        skip_spaces(text);
        if (text.starts_with('/')) {
            text.remove_prefix(1);
            skip_spaces(text);
            if (!skip_digits(text)) {
                return false;
            }
            skip_spaces(text);
        }
        if (part + 1 < kParts) {
            if (!text.starts_with('.')) {
                return false;
            }
            text.remove_prefix(1);
        }
    }
    return text.empty();
}

} // namespace plex_tuner::guide
