// SPDX-License-Identifier: GPL-3.0-or-later
// The lines of a channel list that start with '#' (protocols 4.2 to 4.4).
#include "m3u_attributes.hpp"
#include "m3u_state.hpp"
#include "m3u_text.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner::provider {
namespace {

/// A channel's own number in the order of trust.
constexpr std::array<std::string_view, 4> kNumberNames = {
    "tvg-chno", "ch-number", "channel-number", "num"};

constexpr std::size_t kMaxOptions = 64;
constexpr std::size_t kUsualAttributes = 4;
/// Of the list's header, as each entry holds them: catchup, -type, -source, -days, -correction.
constexpr std::size_t kMaxInherited = 16;

/// `text` with its name removed, when it has it.
bool take_name(std::string_view& text, std::string_view name) {
    if (!ascii::istarts_with(text, name)) {
        return false;
    }
    text.remove_prefix(name.size());
    return true;
}

void take_colon(std::string_view& text) {
    text = ascii::trim(text);
    if (text.starts_with(':')) {
        text.remove_prefix(1);
    }
}

std::string_view take_duration(std::string_view& text) {
    text = ascii::trim(text);
    std::size_t end = !text.empty() && (text.front() == '-' || text.front() == '+') ? 1 : 0;
    while (end < text.size() && (ascii::is_digit(text[end]) || text[end] == '.')) {
        ++end;
    }
    const std::string_view duration = text.substr(0, end);
    text.remove_prefix(end);
    return duration;
}

bool is_true(std::string_view value) {
    return ascii::iequals(value, "true") || ascii::iequals(value, "yes") || value == "1";
}

bool is_catchup_type(std::string_view name) {
    return name == "catchup" || name == "catchup-type";
}

bool has(const std::vector<M3uPair>& pairs, std::string_view name) {
    return std::ranges::any_of(pairs, [name](const M3uPair& pair) { return pair.name == name; });
}

} // namespace

void M3uReader::Impl::directive(std::string_view text, std::size_t number) {
    std::string converted;
    if (!utf8::is_valid(text)) {
        converted = utf8::repaired(text); // one bad byte leaves the rest of the line as it is
        text = converted;
    }
    if (take_name(text, "#EXTINF")) {
        take_colon(text);
        extinf(text, number);
    } else if (take_name(text, "#EXTM3U")) {
        list_header(text, number);
    } else if (take_name(text, "#EXTGRP")) {
        take_colon(text);
        sticky_group_ = clean_text(text);
        shorten(sticky_group_, number);
    } else if (take_name(text, "#EXTVLCOPT") || take_name(text, "#KODIPROP")) {
        take_colon(text);
        option(text, number);
    } else if (take_name(text, "#EXTHTTP")) {
        take_colon(text);
        const std::size_t refused = directives_.refused();
        directives_.set_from_json(text);
        if (directives_.refused() != refused) {
            count("request header unusable", number, "#EXTHTTP");
        }
    } else if (take_name(text, "#EXT-X-TARGETDURATION") || take_name(text, "#EXT-X-STREAM-INF")) {
        hls_ = true;
    } else if (take_name(text, "#EXT-X-PLAYLIST-TYPE")) {
        take_colon(text);
        vod_directive_ = ascii::iequals(ascii::trim(text), "VOD");
    }
}

void M3uReader::Impl::option(std::string_view assignment, std::size_t number) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string_view::npos) {
        return;
    }
    // VLC's own spelling of options on its command line and in playlists.
    std::string_view key = ascii::trim(assignment.substr(0, equals));
    key.remove_prefix(std::min(key.size(), key.find_first_not_of(":-")));
    const std::string_view value = ascii::trim(assignment.substr(equals + 1));

    const std::size_t refused = directives_.refused();
    if (ascii::iequals(key, "inputstream.adaptive.stream_headers") ||
        ascii::iequals(key, "inputstream.adaptive.manifest_headers") ||
        ascii::iequals(key, "inputstream.adaptive.common_headers")) {
        directives_.set_from_pairs(value);
    } else if (!directives_.set_from_option(key, value) && options_.size() < kMaxOptions) {
        options_.push_back({clean_text(ascii::lower(key)), clean_text(value)});
    }
    if (directives_.refused() != refused) {
        count("request header unusable", number, key);
    }
}

void M3uReader::Impl::list_header(std::string_view attributes, std::size_t number) {
    finish_entry();
    forget_directives();
    marked_ = true;
    // A repeated header starts a list that was appended: nothing of the one before holds.
    sticky_group_.clear();
    header_shift_.clear();
    header_catchup_.clear();

    M3uHeader header;
    AttributeScanner scanner(attributes, AttributeScanner::Tail::none);
    AttributeScanner::Attribute attribute;
    while (scanner.next(attribute)) {
        std::string name = ascii::lower(attribute.name);
        std::string value = clean_text(attribute.value);
        if (name == "url-tvg" || name == "x-tvg-url" || name == "tvg-url") {
            for (std::string& url : split_urls(value)) {
                if (header.guide_urls.size() < kMaxGuideUrls &&
                    std::ranges::find(header.guide_urls, url) == header.guide_urls.end()) {
                    header.guide_urls.push_back(std::move(url));
                }
            }
        } else if (name == "tvg-shift") {
            header_shift_ = value;
            shorten(header_shift_, number);
        } else if (name.starts_with("catchup") && header_catchup_.size() < kMaxInherited &&
                   !has(header_catchup_, name)) {
            header_catchup_.push_back({name, value});
            shorten(header_catchup_.back().value, number);
        }
        if (header.attributes.size() < kMaxAttributes) {
            header.attributes.push_back({std::move(name), std::move(value)});
        }
    }
    if (sink_.header) {
        sink_.header(header);
    }
}

void M3uReader::Impl::extinf(std::string_view text, std::size_t number) {
    begin_entry(number);
    marked_ = true;
    pending_.entry.duration = take_duration(text);
    pending_.entry.attributes.reserve(kUsualAttributes);
    AttributeScanner scanner(text, AttributeScanner::Tail::name_after_comma);
    AttributeScanner::Attribute attribute;
    while (scanner.next(attribute)) {
        extinf_attribute(ascii::lower(attribute.name), attribute.value);
    }
    pending_.entry.name = clean_text(scanner.name());
    inherit_from_header();
    if (pending_.headers.refused() != 0) {
        count("request header unusable", number, pending_.entry.name);
    }
}

void M3uReader::Impl::inherit_from_header() {
    M3uEntry& entry = pending_.entry;
    if (entry.tvg_shift.empty()) {
        entry.tvg_shift = header_shift_;
    }
    const bool own_type = has(entry.attributes, "catchup") || has(entry.attributes, "catchup-type");
    for (const M3uPair& pair : header_catchup_) {
        if (!own_type || !is_catchup_type(pair.name)) {
            keep_attribute(pair.name, pair.value);
        }
    }
}

void M3uReader::Impl::extinf_attribute(std::string_view name, std::string_view value) {
    if (!field_attribute(name, value) && !pending_.headers.set_from_option(name, value)) {
        keep_attribute(name, clean_text(value));
    }
}

bool M3uReader::Impl::field_attribute(std::string_view name, std::string_view value) {
    M3uEntry& entry = pending_.entry;
    const auto first = [value](std::string& field) {
        if (field.empty()) {
            field = clean_text(value);
        }
        return true;
    };
    if (name == "tvg-id") {
        return first(entry.tvg_id);
    }
    if (name == "tvg-name") {
        return first(entry.tvg_name);
    }
    if (name == "tvg-logo") {
        entry.logo = value.empty() ? entry.logo : clean_text(value);
        return true;
    }
    if (name == "logo") {
        return first(entry.logo);
    }
    if (name == "group-title") {
        return first(entry.group_title);
    }
    if (name == "tvg-shift") {
        return first(entry.tvg_shift);
    }
    if (name == "radio") {
        entry.radio = is_true(value);
        return true;
    }
    const auto* const number = std::ranges::find(kNumberNames, name);
    if (number == kNumberNames.end()) {
        return false;
    }
    const auto rank = static_cast<std::size_t>(number - kNumberNames.begin());
    if (rank < pending_.number_rank && !channel_number(value).empty()) {
        pending_.number_rank = rank;
        entry.guide_number = channel_number(value);
    }
    return true;
}

void M3uReader::Impl::keep_attribute(std::string_view name, std::string_view value) {
    std::vector<M3uPair>& attributes = pending_.entry.attributes;
    if (attributes.size() < kMaxAttributes && !has(attributes, name)) {
        attributes.push_back({std::string(name), std::string(value)});
    }
}

} // namespace plex_tuner::provider
