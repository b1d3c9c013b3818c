// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/script.hpp>
#include <plex_tuner/base/utf8.hpp>
#include <plex_tuner/epg/channel_name.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace plex_tuner::epg {
namespace {

/// Say how a channel is sent, not which it is.
constexpr auto kQualityWords = std::to_array<std::string_view>(
    {"1080", "1080i", "1080p", "2160p", "3840p", "480p", "4k", "50fps", "540p", "576p", "60fps",
        "720", "720p", "8k", "backup", "bitrate", "bkp", "fhd", "fps", "h264", "h265", "hd", "hevc",
        "hq", "lowbitrate", "lq", "multi", "qhd", "raw", "sd", "uhd", "vip", "x264", "x265"});
static_assert(std::ranges::is_sorted(kQualityWords));

/// Countries as lists write them, and as we do.
constexpr auto kCountries = std::to_array<std::pair<std::string_view, std::string_view>>({{"ae",
                                                                                              "ae"},
    {"al", "al"}, {"ar", "arab"}, {"ara", "arab"}, {"arab", "arab"}, {"arabic", "arab"},
    {"argentina", "ar"}, {"at", "at"}, {"au", "au"}, {"ba", "ba"}, {"be", "be"}, {"bg", "bg"},
    {"br", "br"}, {"bra", "br"}, {"brasil", "br"}, {"brazil", "br"}, {"ca", "ca"}, {"can", "ca"},
    {"canada", "ca"}, {"cdn", "ca"}, {"ch", "ch"}, {"cl", "cl"}, {"co", "co"}, {"croatia", "hr"},
    {"cy", "cy"}, {"cz", "cz"}, {"danmark", "dk"}, {"de", "de"}, {"den", "dk"}, {"denmark", "dk"},
    {"deutschland", "de"}, {"dk", "dk"}, {"eg", "eg"}, {"es", "es"}, {"esp", "es"},
    {"espana", "es"}, {"fi", "fi"}, {"fr", "fr"}, {"fra", "fr"}, {"france", "fr"}, {"gb", "uk"},
    {"ger", "de"}, {"germany", "de"}, {"gr", "gr"}, {"hr", "hr"}, {"hrv", "hr"}, {"hrvatska", "hr"},
    {"hu", "hu"}, {"hungary", "hu"}, {"ie", "ie"}, {"il", "il"}, {"in", "in"}, {"ind", "in"},
    {"india", "in"}, {"ir", "ir"}, {"ire", "ie"}, {"ireland", "ie"}, {"it", "it"}, {"ita", "it"},
    {"italia", "it"}, {"italy", "it"}, {"lt", "lt"}, {"lu", "lu"}, {"lv", "lv"}, {"ma", "ma"},
    {"mex", "mx"}, {"mexico", "mx"}, {"mk", "mk"}, {"mt", "mt"}, {"mx", "mx"}, {"ned", "nl"},
    {"netherlands", "nl"}, {"nl", "nl"}, {"no", "no"}, {"nor", "no"}, {"norge", "no"},
    {"norway", "no"}, {"nz", "nz"}, {"pe", "pe"}, {"ph", "ph"}, {"pk", "pk"}, {"pl", "pl"},
    {"pol", "pl"}, {"poland", "pl"}, {"polska", "pl"}, {"por", "pt"}, {"portugal", "pt"},
    {"pt", "pt"}, {"qa", "qa"}, {"ro", "ro"}, {"rs", "rs"}, {"ru", "ru"}, {"rus", "ru"},
    {"russia", "ru"}, {"sa", "sa"}, {"se", "se"}, {"si", "si"}, {"sk", "sk"}, {"spain", "es"},
    {"sr", "rs"}, {"sverige", "se"}, {"swe", "se"}, {"sweden", "se"}, {"tr", "tr"}, {"tur", "tr"},
    {"turkey", "tr"}, {"turkiye", "tr"}, {"ua", "ua"}, {"uk", "uk"}, {"united kingdom", "uk"},
    {"united states", "us"}, {"us", "us"}, {"usa", "us"}, {"za", "za"}});
static_assert(std::ranges::is_sorted(kCountries));

constexpr auto kNumberWords = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"eight", "8"}, {"eins", "1"}, {"five", "5"}, {"four", "4"}, {"nine", "9"}, {"one", "1"},
        {"seven", "7"}, {"six", "6"}, {"ten", "10"}, {"three", "3"}, {"two", "2"}, {"zwei", "2"}});
static_assert(std::ranges::is_sorted(kNumberWords));

/// Short forms that lists use, and the words they stand for.
constexpr auto kShortForms = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"disc", "discovery"}, {"ent", "entertainment"}, {"geo", "geographic"}, {"nat", "national"},
        {"natgeo", "national geographic"}});
static_assert(std::ranges::is_sorted(kShortForms));

/// Says nothing but before a number.
constexpr std::string_view kChannel = "channel";

template <class Table>
[[nodiscard]] std::optional<std::string_view> look_up(const Table& table, std::string_view word) {
    const auto found =
        std::ranges::lower_bound(table, word, {}, [](const auto& row) { return row.first; });
    return found != table.end() && found->first == word ? std::optional(found->second)
                                                        : std::nullopt;
}

[[nodiscard]] bool is_quality(std::string_view word) {
    return std::ranges::binary_search(kQualityWords, word);
}

/// Letters of any script and digits; '+' where it says something.
[[nodiscard]] std::vector<std::string> split_words(std::string_view folded_text) {
    std::vector<std::string> words(1);
    std::string_view rest = folded_text;
    while (!rest.empty()) {
        const std::string_view before = rest;
        const char32_t c = utf8::take(rest);
        const std::string_view bytes = before.substr(0, before.size() - rest.size());
        const bool is_digit = c < 0x80 && ascii::is_digit(static_cast<char>(c));
        if (script_of(c) != Script::none || is_digit) {
            words.back() += bytes;
        } else if (c == U'+') {
            // "Film4 +1", "Canal+"
            const bool hours = !rest.empty() && ascii::is_digit(rest.front());
            if (hours && !words.back().empty()) {
                words.emplace_back();
            }
            words.back() += "plus";
        } else {
            // "Disc.Channel", but neither "S.O.S" nor "L'Équipe"
            const bool dot_parts = words.back().size() > 1 && !rest.empty() && rest.front() != ' ';
            if (c == U'.' ? dot_parts : c != U'\'' && c != U'’') {
                words.emplace_back();
            }
        }
    }
    std::erase(words, std::string());
    return words;
}

/// The signs at the begin of `text`, taken off; whether there was more than blanks.
bool skip_signs(std::string_view& text) {
    bool any = false;
    while (!text.empty()) {
        std::string_view after = text;
        const char32_t c = utf8::take(after);
        if (script_of(c) != Script::none || (c < 0x80 && ascii::is_digit(static_cast<char>(c)))) {
            break;
        }
        any = any || c != U' ';
        text = after;
    }
    return any;
}

/// The letters at the begin of `text`.
[[nodiscard]] std::string_view first_word(std::string_view text) {
    const auto end = std::ranges::find_if_not(text, ascii::is_alpha);
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

/// "UK: ", "UK | ", "|UK| ", "[UK] ", "UK - ", "UK ✪ ": the country that a name begins with, taken
/// off.
[[nodiscard]] std::string take_country(std::string_view& text) {
    std::string_view rest = text;
    const bool in_brackets = skip_signs(rest);
    const std::string_view word = first_word(rest);
    const auto country = look_up(kCountries, ascii::lower(word));
    const bool is_capital = word == ascii::upper(word);
    rest.remove_prefix(word.size());
    const bool parted = skip_signs(rest);
    if (!country || !is_capital || (!parted && !in_brackets) || rest.empty()) {
        return {};
    }
    text = rest;
    return std::string(*country);
}

/// The same for a group, which may be nothing but a country: "Spain", "UK | Sports",
/// "UNITED KINGDOM", "USA Locals".
[[nodiscard]] std::string country_of_group(std::string_view group) {
    skip_signs(group);
    const std::string_view word = first_word(group);
    std::string_view rest = group.substr(word.size());
    const bool parted = skip_signs(rest);
    const std::string two_words = ascii::lower(word) + " " + ascii::lower(first_word(rest));
    if (const auto country = look_up(kCountries, two_words)) {
        return std::string(*country);
    }
    // "IN HD", "IT NEWS": a short code may be a word where nothing parts it.
    constexpr std::size_t kSurely = 3;
    const bool is_plain = word.size() >= kSurely || parted || rest.empty();
    const auto country = is_plain ? look_up(kCountries, ascii::lower(word)) : std::nullopt;
    return std::string(country.value_or(std::string_view()));
}

/// Removes "[Not 24/7]" and what brackets say of the quality; keeps "(WABC)".
[[nodiscard]] std::string without_remarks(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t open = text.find_first_of("([{");
        out += text.substr(0, open);
        if (open == std::string_view::npos) {
            break;
        }
        const std::size_t close = text.find_first_of(")]}", open);
        if (close == std::string_view::npos) {
            out += text.substr(open);
            break;
        }
        const std::string inside = ascii::lower(text.substr(open + 1, close - open - 1));
        const bool is_remark = inside.contains("24/7") || inside.contains("geo");
        out += ' ';
        out += is_remark ? std::string_view() : text.substr(open + 1, close - open - 1);
        out += ' ';
        text.remove_prefix(close + 1);
    }
    return out;
}

[[nodiscard]] bool is_no_broadcast(std::string_view name, std::string_view folded_name) {
    return name.contains("###") || name.contains("===") || name.contains("***") ||
           name.contains("---") || folded_name.starts_with("ppv") ||
           folded_name.contains(" ppv ") || folded_name.starts_with("24/7");
}

} // namespace

std::string ChannelName::key() const {
    std::string key;
    for (const std::string& word : words) {
        key += word;
    }
    return key;
}

ChannelName parse_channel_name(std::string_view name, std::string_view group) {
    ChannelName parsed;
    std::string_view rest = name;
    parsed.country = take_country(rest);
    std::string plain = folded(without_remarks(rest));
    if (const std::size_t low = plain.find("low bitrate"); low != std::string::npos) {
        plain.erase(low, std::string_view("low ").size());
    }
    parsed.is_no_broadcast = is_no_broadcast(name, plain);
    bool has_channel = false;
    for (std::string& word : split_words(plain)) {
        if (is_quality(word) || word == "and" || word == "the") {
            continue;
        }
        has_channel = has_channel || word == kChannel;
        if (word == kChannel) {
            continue;
        }
        if (const auto number = look_up(kNumberWords, word)) {
            word = *number;
        } else if (const auto whole = look_up(kShortForms, word)) {
            word = *whole;
        }
        for (const std::string_view part : ascii::split_list(word, ' ')) {
            parsed.words.emplace_back(part);
        }
    }
    const bool is_number_only = std::ranges::all_of(parsed.words, [](const std::string& word) {
        return word.starts_with("plus") || std::ranges::all_of(word, ascii::is_digit);
    });
    if (has_channel && is_number_only && !parsed.words.empty()) {
        parsed.words.insert(parsed.words.begin(), std::string(kChannel)); // "Channel 5"
    }
    // A country at the end is one where something else stands before it: "Discovery UK".
    if (parsed.words.size() > 1) {
        const auto country = look_up(kCountries, parsed.words.back());
        const bool is_code =
            country && (parsed.words.back() == "uk" || parsed.words.back() == "us" ||
                           parsed.words.back() == "usa" || parsed.words.back() == "canada");
        if (is_code && (parsed.country.empty() || parsed.country == *country)) {
            parsed.country = *country;
            parsed.words.pop_back();
        }
    }
    if (parsed.country.empty() && !group.empty()) {
        parsed.country = country_of_group(group);
    }
    return parsed;
}

std::string country_of_guide_id(std::string_view id) {
    const std::size_t dot = id.rfind('.');
    if (dot == std::string_view::npos) {
        return {};
    }
    if (ascii::iends_with(ascii::trim(id), ".zap2it.com")) {
        return std::string(kNorthAmerica);
    }
    const auto country = look_up(kCountries, ascii::lower(ascii::trim(id.substr(dot + 1))));
    return std::string(country.value_or(std::string_view()));
}

std::string normalized_name(std::string_view name) {
    return parse_channel_name(name).key();
}

std::string call_sign_of(std::string_view word) {
    std::string upper = ascii::upper(word);
    // "WABCDT": with the kind of its signal.
    constexpr std::size_t kLetters = 4;
    for (const std::string_view kind : {"DT", "TV", "CD", "LD"}) {
        if (upper.size() == kLetters + kind.size() && upper.ends_with(kind)) {
            upper.resize(kLetters);
        }
    }
    const bool letters = std::ranges::all_of(upper, ascii::is_alpha);
    const bool begins = !upper.empty() && (upper[0] == 'W' || upper[0] == 'K' || upper[0] == 'C');
    return letters && begins && upper.size() == kLetters ? upper : std::string();
}

} // namespace plex_tuner::epg
