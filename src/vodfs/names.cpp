// SPDX-License-Identifier: GPL-3.0-or-later
#include "names.hpp"

#include "nfc.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace plex_tuner::vodfs {

namespace {

constexpr std::string_view kAtTheEnds = " .";
constexpr std::string_view kReplaced = "/\\|:\"*?<>";
/// Files whose content is what their extension says; the first is what others are given.
constexpr auto kExtensions = std::to_array<std::string_view>({".mp4", ".mkv", ".avi", ".ts", ".m4v",
    ".mov", ".webm", ".m2ts", ".mpg", ".mpeg", ".wmv", ".flv"});
constexpr std::string_view kTransportStream = ".ts";
constexpr std::size_t kLongestExtension = 5;
constexpr std::size_t kMaxIdBytes = 64;
/// What is left of a show's name beside a long title.
constexpr std::string_view kSeparator = " - ";

[[nodiscard]] bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

[[nodiscard]] std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kAtTheEnds);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kAtTheEnds) - first + 1);
}

void append_replacement(std::string& out, char c) {
    switch (c) {
    case '/':
    case '\\':
    case '|':
        out += kSeparator;
        break;
    case ':':
        out += " -";
        break;
    case '"':
        out += '\'';
        break;
    default:
        out += ' ';
    }
}

[[nodiscard]] std::string single_spaced(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c != ' ' || (!out.empty() && out.back() != ' ')) {
            out += c;
        }
    }
    return out;
}

/// The name of a device on Windows, whatever extension follows.
[[nodiscard]] bool is_device(std::string_view name) {
    constexpr auto kDevices = std::to_array<std::string_view>({"con", "prn", "aux", "nul"});
    const std::string stem = ascii::lower(name.substr(0, name.find('.')));
    return std::ranges::find(kDevices, stem) != kDevices.end() ||
           (stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) &&
               stem[3] >= '1' && stem[3] <= '9');
}

/// `text` in at most `bytes`, without the blanks and dots that a cut may bare.
[[nodiscard]] std::string_view cut(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) {
        return text;
    }
    text = utf8::truncate(text, bytes);
    return text.substr(0, text.find_last_not_of(kAtTheEnds) + 1);
}

[[nodiscard]] std::string two_digits(std::int32_t number) {
    std::string text = std::to_string(number);
    return text.size() == 1 ? "0" + text : text;
}

/// " (1999)" at the end of a name, or nothing.
[[nodiscard]] std::string_view year_part(std::string_view name) {
    constexpr std::size_t kBytes = 7;
    if (name.size() > kBytes && name.ends_with(')') &&
        name.substr(name.size() - kBytes, 2) == " (" &&
        std::ranges::all_of(name.substr(name.size() - 5, 4), ascii::is_digit)) {
        return name.substr(name.size() - kBytes);
    }
    return {};
}

[[nodiscard]] std::string_view path_suffix(const catalog::StreamAddress& address) {
    const std::string_view text = address.suffix().empty() ? address.prefix() : address.suffix();
    const std::string_view path = text.substr(0, text.find_first_of("?#"));
    const std::size_t dot = path.find_last_of("./");
    return dot == std::string_view::npos || path[dot] == '/' ? std::string_view()
                                                             : path.substr(dot);
}

[[nodiscard]] bool is_playlist(std::string_view suffix) {
    return ascii::iequals(suffix, ".m3u8") || ascii::iequals(suffix, ".m3u");
}

} // namespace

std::string safe_title(std::string_view title) {
    const bool is_plain = std::ranges::none_of(title, [](char c) {
        return is_control(c) || static_cast<unsigned char>(c) >= 0x80 || kReplaced.contains(c);
    });
    std::string out;
    if (is_plain) {
        out = title;
    } else {
        const std::string valid = composed(utf8::repaired(title));
        out.reserve(valid.size());
        for (const char c : valid) {
            if (is_control(c) || kReplaced.contains(c)) {
                append_replacement(out, c);
            } else {
                out += c;
            }
        }
    }
    out = single_spaced(out);
    out = std::string(trimmed(out));
    if (out.empty() || is_device(out)) {
        out += '_';
    }
    return out;
}

std::string dated_name(std::string_view prefix, std::string_view title, std::int32_t year) {
    if (title.starts_with(prefix)) {
        title.remove_prefix(prefix.size());
    }
    std::string name = safe_title(title);
    std::string tail;
    if (year > 0) {
        tail = " (" + std::to_string(year) + ")";
        if (name.ends_with(tail)) {
            name.resize(name.size() - tail.size());
        }
    }
    name.insert(0, prefix);
    const std::size_t room = kMaxNameBytes - kLongestExtension - tail.size();
    return std::string(cut(name, room)) + tail;
}

std::string mark_of(std::string_view id) {
    return " [" + std::string(cut(safe_title(id), kMaxIdBytes)) + "]";
}

std::string marked_name(std::string_view name, std::string_view mark) {
    const std::string_view year = year_part(name);
    const std::string_view title = name.substr(0, name.size() - year.size());
    const std::size_t room = kMaxNameBytes - kLongestExtension - mark.size() - year.size();
    return std::string(cut(title, room)).append(year).append(mark);
}

std::string season_name(std::int32_t number) {
    return "Season " + two_digits(number);
}

std::string episode_name(std::string_view show, std::int32_t season, std::int32_t number,
    std::string_view title, std::string_view mark, std::string_view extension) {
    const std::string code = " - s" + two_digits(season) + "e" + two_digits(number);
    std::size_t room = kMaxNameBytes - extension.size() - mark.size() - code.size();
    std::string name(cut(show, room));
    room -= name.size();
    name += code;
    if (!title.empty() && room > kSeparator.size()) {
        const std::string safe = safe_title(title);
        const std::string_view part = cut(safe, room - kSeparator.size());
        if (!part.empty()) {
            name.append(kSeparator).append(part);
        }
    }
    return name.append(mark).append(extension);
}

std::string_view extension_of(const catalog::StreamAddress& address) {
    const std::string_view suffix = path_suffix(address);
    if (is_playlist(suffix)) {
        return kTransportStream;
    }
    const auto* const found = std::ranges::find_if(kExtensions,
        [suffix](std::string_view extension) { return ascii::iequals(suffix, extension); });
    return found == kExtensions.end() ? kExtensions.front() : *found;
}

bool is_file(const catalog::StreamAddress& address) {
    return !address.empty() && !ascii::iequals(path_suffix(address), ".mpd");
}

bool is_hls(const catalog::StreamAddress& address) {
    return is_playlist(path_suffix(address));
}

std::uint64_t folded_hash(std::string_view name) noexcept {
    Fnv1a hash;
    for (const char c : name) {
        const char folded = ascii::to_lower(c);
        hash.add({&folded, 1});
    }
    return hash.value();
}

bool folded_equal(std::string_view a, std::string_view b) noexcept {
    return ascii::iequals(a, b);
}

} // namespace plex_tuner::vodfs
