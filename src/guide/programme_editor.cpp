// SPDX-License-Identifier: GPL-3.0-or-later
#include "programme_editor.hpp"

#include "xmltv_time.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/script.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace plex_tuner::guide {
namespace {

/// Beginnings of words, folded, by which categories in the languages of Europe are told apart.
constexpr std::array<std::string_view, 12> kMovieWords{"movie", "film", "cinema", "cine ",
    "pelicula", "spielfilm", "kinofilm", "фильм", "кино", "elokuva", "sinema", "filme"};
constexpr std::array<std::string_view, 10> kSportsWords{"sport", "deporte", "futbol", "football",
    "fussball", "soccer", "спорт", "urheilu", "desporto", "spor "};
constexpr std::array<std::string_view, 13> kNewsWords{"news", "nachricht", "noticia", "noticiero",
    "informativo", "journal televise", "actualit", "новост", "haber", "telegiornale", "nieuws",
    "nyhet", "uutis"};
constexpr std::array<std::string_view, 12> kChildrenWords{"kid", "child", "kinder", "enfant",
    "nino", "infantil", "bambin", "cartoon", "детск", "мульт", "jeunesse", "barn "};

/// What stands between the tags; empty for an empty element.
[[nodiscard]] std::string_view content_of(std::string_view xml) {
    const std::size_t begin = xml.find('>');
    const std::size_t end = xml.rfind("</");
    return begin == std::string_view::npos || end == std::string_view::npos || end < begin
               ? std::string_view()
               : xml.substr(begin + 1, end - begin - 1);
}

/// The value of an attribute of the element itself, as written.
[[nodiscard]] std::string_view attribute_of(std::string_view xml, std::string_view name) {
    const std::string_view head = xml.substr(0, xml.find('>'));
    const std::string wanted = " " + std::string(name) + "=\"";
    const std::size_t begin = head.find(wanted);
    if (begin == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = head.substr(begin + wanted.size());
    return rest.substr(0, rest.find('"'));
}

/// The element with another content.
[[nodiscard]] std::string with_content(std::string_view xml, std::string_view content) {
    const std::size_t begin = xml.find('>') + 1;
    return std::string(xml.substr(0, begin)) + std::string(content) +
           std::string(xml.substr(xml.rfind("</")));
}

/// "de" is meant by "de" and "de-AT".
[[nodiscard]] bool is_language(std::string_view lang, std::string_view wanted) {
    return ascii::iequals(lang, wanted) ||
           (lang.size() > wanted.size() && ascii::istarts_with(lang, wanted) &&
               (lang[wanted.size()] == '-' || lang[wanted.size()] == '_'));
}

[[nodiscard]] std::optional<int> number_of(std::string_view text) {
    constexpr int kHighest = 9'999;
    const auto value = ascii::parse_integer<int>(text);
    return value && *value >= 0 && *value <= kHighest ? value : std::nullopt;
}

/// The digits at the beginning of `text`, which are taken off.
[[nodiscard]] std::optional<int> take_number(std::string_view& text) {
    text = ascii::trim(text);
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto value = number_of(text.substr(0, end));
    text.remove_prefix(end);
    return value;
}

[[nodiscard]] bool take_letter(std::string_view& text, char letter) {
    text = ascii::trim(text);
    if (text.empty() || ascii::to_lower(text.front()) != letter) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

[[nodiscard]] bool has_word(std::span<const std::string_view> words, std::string_view text) {
    return std::ranges::any_of(
        words, [&](std::string_view word) { return text.contains(" " + std::string(word)); });
}

/// The day of "20261128…" or "2026-11-28".
[[nodiscard]] std::optional<std::chrono::sys_days> day_of(std::string_view text) {
    std::string digits;
    for (const char c : ascii::trim(text).substr(0, 10)) {
        if (ascii::is_digit(c)) {
            digits += c;
        }
    }
    constexpr std::size_t kDayDigits = 8;
    if (digits.size() < kDayDigits) {
        return std::nullopt; // a year, of films for one
    }
    const auto time = parse_xmltv_time(digits.substr(0, kDayDigits));
    return time ? std::optional(std::chrono::floor<std::chrono::days>(*time)) : std::nullopt;
}

} // namespace

std::optional<EpisodeNumber> parse_xmltv_ns(std::string_view text) {
    const auto part = [&]() -> std::optional<int> {
        const std::size_t end = std::min(text.find('.'), text.size());
        const std::string_view whole = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto value = number_of(ascii::trim(whole.substr(0, whole.find('/'))));
        return value ? std::optional(*value + 1) : std::nullopt;
    };
    EpisodeNumber number;
    number.season = part();
    number.episode = part();
    return number.season || number.episode ? std::optional(number) : std::nullopt;
}

std::optional<EpisodeNumber> parse_onscreen(std::string_view text) {
    EpisodeNumber number;
    if (take_letter(text, 's')) {
        number.season = take_number(text);
        if (!number.season) {
            return std::nullopt; // "Special"
        }
    } else if (!text.empty() && ascii::is_digit(ascii::trim(text).front())) {
        number.season = take_number(text);
        if (!take_letter(text, 'x')) {
            return std::nullopt; // "5 of 10" may be anything
        }
        number.episode = take_number(text);
        return number.episode ? std::optional(number) : std::nullopt;
    }
    if (take_letter(text, 'e')) {
        static_cast<void>(take_letter(text, 'p'));
        number.episode = take_number(text);
        if (!number.episode) {
            return std::nullopt;
        }
    }
    return number.season || number.episode ? std::optional(number) : std::nullopt;
}

ProgrammeEditor::ProgrammeEditor(const TextOptions& options)
    : options_(options),
      chooses_language_(!options.preferred_languages.empty() || options.prefer_latin),
      active_(options != TextOptions()) {}

std::string_view ProgrammeEditor::edit(
    const ProgrammeBody& body, std::string_view channel_title, WallTime start) {
    pieces_.clear();
    made_.clear();
    for (const ProgrammeBody::Child& child : body.children()) {
        pieces_.push_back({static_cast<Tag>(child.rank),
            body.xml().substr(child.begin, child.end - child.begin)});
    }
    if (chooses_language_) {
        for (const Tag tag : {Tag::title, Tag::sub_title, Tag::desc}) {
            choose_language(tag);
        }
    }
    if (options_.channel_name_for_non_latin) {
        replace_non_latin_titles(channel_title);
    }
    if (options_.plex.episode_numbers) {
        add_missing_episode_number();
    }
    if (options_.plex.categories) {
        add_category();
    }
    if (options_.plex.fold_sub_title) {
        fold_sub_title();
    }
    if (options_.plex.unique_descriptions) {
        make_description_unique(start);
    }
    if (options_.plex.new_or_repeat) {
        mark_new_or_repeat(start);
    }
    out_.clear();
    for (const Piece& piece : pieces_) {
        out_ += piece.xml;
    }
    return out_;
}

ProgrammeEditor::Piece* ProgrammeEditor::find(Tag tag) {
    const auto found = std::ranges::find(pieces_, tag, &Piece::tag);
    return found == pieces_.end() ? nullptr : &*found;
}

std::string_view ProgrammeEditor::keep(std::string xml) {
    return made_.emplace_back(std::move(xml));
}

void ProgrammeEditor::add(Tag tag, std::string xml) {
    const auto place = std::ranges::find_if(
        pieces_, [&](const Piece& piece) { return rank(piece.tag) > rank(tag); });
    pieces_.insert(place, {tag, keep(std::move(xml))});
}

void ProgrammeEditor::choose_language(Tag tag) {
    const auto first = std::ranges::find(pieces_, tag, &Piece::tag);
    auto end = first;
    while (end != pieces_.end() && end->tag == tag) {
        ++end;
    }
    if (end - first < 2) {
        return;
    }
    auto chosen = end;
    for (const std::string& wanted : options_.preferred_languages) {
        chosen = std::find_if(first, end, [&](const Piece& piece) {
            return is_language(attribute_of(piece.xml, "lang"), wanted);
        });
        if (chosen != end) {
            break;
        }
    }
    if (chosen == end && options_.prefer_latin) {
        chosen = std::find_if(first, end,
            [](const Piece& piece) { return !is_mostly_non_latin(content_of(piece.xml)); });
    }
    *first = chosen == end ? *first : *chosen;
    pieces_.erase(first + 1, end);
}

void ProgrammeEditor::replace_non_latin_titles(std::string_view channel_title) {
    for (Piece& piece : pieces_) {
        if (piece.tag == Tag::title && is_mostly_non_latin(content_of(piece.xml))) {
            piece.xml = channel_title;
        }
    }
}

std::optional<EpisodeNumber> ProgrammeEditor::episode() {
    std::optional<EpisodeNumber> number;
    for (const Piece& piece : pieces_) {
        if (piece.tag != Tag::episode_num || number) {
            continue;
        }
        const std::string_view system = attribute_of(piece.xml, "system");
        if (system == "xmltv_ns") {
            number = parse_xmltv_ns(content_of(piece.xml));
        } else if (system.empty() || system == "onscreen") {
            number = parse_onscreen(content_of(piece.xml));
        }
    }
    return number;
}

void ProgrammeEditor::add_missing_episode_number() {
    const auto number = episode();
    if (!number) {
        return;
    }
    const auto has = [&](std::string_view system) {
        return std::ranges::any_of(pieces_, [&](const Piece& piece) {
            const std::string_view its = attribute_of(piece.xml, "system");
            return piece.tag == Tag::episode_num &&
                   (its == system || (its.empty() && system == "onscreen"));
        });
    };
    if (!has("xmltv_ns")) {
        const auto part = [](const std::optional<int>& value) {
            return value && *value > 0 ? std::to_string(*value - 1) : std::string();
        };
        add(Tag::episode_num, fmt::format(R"(<episode-num system="xmltv_ns">{}.{}.</episode-num>)",
                                  part(number->season), part(number->episode)));
    }
    if (!has("onscreen")) {
        const auto part = [](char letter, const std::optional<int>& value) {
            return value ? fmt::format("{}{:02}", letter, *value) : std::string();
        };
        add(Tag::episode_num, fmt::format(R"(<episode-num system="onscreen">{}{}</episode-num>)",
                                  part('S', number->season), part('E', number->episode)));
    }
}

void ProgrammeEditor::fold_sub_title() {
    Piece* title = find(Tag::title);
    const Piece* sub_title = find(Tag::sub_title);
    if (title == nullptr || sub_title == nullptr || episode()) {
        return;
    }
    const std::string_view whole = content_of(title->xml);
    const std::string_view part = content_of(sub_title->xml);
    if (!ascii::icontains(whole, part)) {
        title->xml = keep(with_content(title->xml, std::string(whole) + ": " + std::string(part)));
    }
}

void ProgrammeEditor::make_description_unique(WallTime start) {
    if (episode() || kind() == Kind::movie) {
        return;
    }
    const std::string when =
        fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(start.time_since_epoch().count()));
    if (Piece* description = find(Tag::desc)) {
        description->xml = keep(with_content(
            description->xml, std::string(content_of(description->xml)) + " (" + when + ")"));
    } else {
        add(Tag::desc, "<desc>" + when + "</desc>");
    }
}

ProgrammeEditor::Kind ProgrammeEditor::kind() const {
    for (const Piece& piece : pieces_) {
        if (piece.tag != Tag::category) {
            continue;
        }
        std::string text = " ";
        for (const char c : folded(content_of(piece.xml))) {
            const bool is_part = ascii::is_alnum(c) || static_cast<unsigned char>(c) >= 0x80;
            text.push_back(is_part ? c : ' ');
        }
        text.push_back(' ');
        if (has_word(kMovieWords, text)) {
            return Kind::movie;
        }
        if (has_word(kSportsWords, text)) {
            return Kind::sports;
        }
        if (has_word(kNewsWords, text)) {
            return Kind::news;
        }
        if (has_word(kChildrenWords, text)) {
            return Kind::children;
        }
    }
    return Kind::unknown;
}

void ProgrammeEditor::add_category() {
    std::string_view word;
    switch (kind()) {
    case Kind::movie:
        word = "Movie";
        break;
    case Kind::sports:
        word = "Sports";
        break;
    case Kind::news:
        word = "News";
        break;
    case Kind::children:
        word = "Kids";
        break;
    case Kind::unknown:
        if (!episode()) {
            return;
        }
        word = "Series";
        break;
    }
    const bool is_there = std::ranges::any_of(pieces_, [&](const Piece& piece) {
        return piece.tag == Tag::category && ascii::iequals(content_of(piece.xml), word);
    });
    if (!is_there) {
        const auto place = std::ranges::find_if(
            pieces_, [](const Piece& piece) { return rank(piece.tag) >= rank(Tag::category); });
        pieces_.insert(place,
            {Tag::category, keep(fmt::format(R"(<category lang="en">{}</category>)", word))});
    }
}

void ProgrammeEditor::mark_new_or_repeat(WallTime start) {
    for (const Tag tag : {Tag::previously_shown, Tag::premiere, Tag::is_new}) {
        if (find(tag) != nullptr) {
            return;
        }
    }
    std::optional<std::chrono::sys_days> first_shown;
    for (const Piece& piece : pieces_) {
        if (piece.tag == Tag::date ||
            (piece.tag == Tag::episode_num &&
                attribute_of(piece.xml, "system") == "original-air-date")) {
            first_shown = first_shown ? first_shown : day_of(content_of(piece.xml));
        }
    }
    if (!first_shown || kind() == Kind::movie) {
        return;
    }
    const auto today = std::chrono::floor<std::chrono::days>(start);
    // The feed may count days in another time zone.
    if (*first_shown >= today - std::chrono::days(1)) {
        add(Tag::is_new, "<new/>");
    } else {
        const auto digits = format_time_digits(WallTime(*first_shown));
        add(Tag::previously_shown,
            fmt::format(R"(<previously-shown start="{}"/>)",
                std::string_view(digits.data(), digits.size()).substr(0, 8)));
    }
}

} // namespace plex_tuner::guide
