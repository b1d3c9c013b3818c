// SPDX-License-Identifier: GPL-3.0-or-later
#include "language_guess.hpp"

#include "channel_words.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/script.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner::lineup {
namespace {

/// The first row that matches decides. Words are those of the name and of what stands before "|" or
/// ":" in the group; a guide id counts by its last part alone ("x.delta.us" is not German).
struct LanguageRow {
    std::string_view code;
    std::string_view name;
    std::string_view tvg_id_ends;
    std::string_view words;
};

constexpr std::array kRows{
    LanguageRow{"fr", "french", "fr", "FR, FRENCH*, FRANCE"},
    LanguageRow{"es", "spanish", "es", "ES, SPANISH*, ESPANOL*, ESPANA*, SPAIN"},
    LanguageRow{"pt", "portuguese", "pt, br", "PT, PORTUGUESE*, PORTUGAL*, BRAZIL*, *BRASIL*"},
    LanguageRow{"de", "german", "de", "DE, GERMAN*"},
    LanguageRow{"it", "italian", "it", "IT, ITALIAN*, ITALY*"},
    LanguageRow{"tr", "turkish", "tr", "TR, TURKISH*, TURKEY*"},
    LanguageRow{"pl", "polish", "pl", "PL, POLISH*, POLAND*"},
    LanguageRow{"nl", "dutch", "nl", "DUTCH*, NETHERLANDS*"},
    LanguageRow{"sv", "swedish", "sv, se", "SWEDISH*, SWEDEN*"},
    LanguageRow{"da", "danish", "da, dk", "DANISH*, DENMARK*"},
    LanguageRow{"no", "norwegian", "no", "NORWEGIAN*, NORWAY*"},
    LanguageRow{"fi", "finnish", "fi", "FINNISH*, FINLAND*"},
    LanguageRow{"ar", "arabic", "ar", "ARABIC*, ARAB"},
    LanguageRow{"hi", "hindi", "hi", "HINDI*, INDIA"},
};

/// The same for names that are mostly not in Latin letters, by their first letter of another
/// script; the first row of a script that matches decides, its last one has no conditions.
struct ScriptRow {
    char32_t first;
    char32_t last;
    std::string_view code;
    std::string_view name;
    std::string_view tvg_id_ends;
    std::string_view words;
};

constexpr std::array kScriptRows{
    ScriptRow{0x600, 0x6FF, "fa", "persian", "ir", "PERSIAN*, FARSI*, IR, FA"},
    ScriptRow{0x600, 0x6FF, "ar", "arabic", "", ""},
    ScriptRow{0x400, 0x52F, "uk", "ukrainian", "ua", "UA, UKRAIN*"},
    ScriptRow{0x400, 0x52F, "bg", "bulgarian", "bg", "BG, BULGARIA*"},
    ScriptRow{0x400, 0x52F, "sr", "serbian", "rs, sr", "RS, SR, SERBIA*"},
    ScriptRow{0x400, 0x52F, "mk", "macedonian", "mk", "MK, MACEDONIA*"},
    ScriptRow{0x400, 0x52F, "ru", "russian", "", ""},
    ScriptRow{0x370, 0x3FF, "el", "greek", "", ""},
    ScriptRow{0x590, 0x5FF, "he", "hebrew", "", ""},
    ScriptRow{0x900, 0x97F, "hi", "hindi", "", ""},
};

constexpr std::string_view kDefault = "en";
constexpr std::string_view kOtherScript = "nonlatin";

[[nodiscard]] bool is_listed(std::string_view list, std::string_view wanted) {
    return std::ranges::any_of(ascii::split_list(list),
        [&](std::string_view entry) { return ascii::iequals(entry, wanted); });
}

[[nodiscard]] bool has_word(std::string_view list, std::string_view words) {
    return std::ranges::any_of(ascii::split_list(list),
        [&](std::string_view pattern) { return WordPattern(pattern).matches(words); });
}

template <class Row>
[[nodiscard]] bool is_of(const Row& row, std::string_view tvg_id_end, std::string_view words) {
    return (!tvg_id_end.empty() && is_listed(row.tvg_id_ends, tvg_id_end)) ||
           has_word(row.words, words);
}

[[nodiscard]] char32_t first_foreign_letter(std::string_view name) {
    while (!name.empty()) {
        const char32_t letter = utf8::take(name);
        if (script_of(letter) == Script::other) {
            return letter;
        }
    }
    return 0;
}

} // namespace

std::string_view guess_language(const ChannelTexts& texts) {
    const std::size_t bar = texts.group.find_first_of("|:", texts.group.starts_with('|') ? 1 : 0);
    const std::string words = channel_words(
        {bar == std::string_view::npos ? std::string_view() : texts.group.substr(0, bar),
            texts.name});
    const std::size_t dot = texts.tvg_id.rfind('.');
    const std::string_view id_end = dot == std::string_view::npos
                                        ? std::string_view()
                                        : ascii::trim(texts.tvg_id.substr(dot + 1));
    if (is_mostly_non_latin(texts.name)) {
        const char32_t letter = first_foreign_letter(texts.name);
        const auto* const row = std::ranges::find_if(kScriptRows, [&](const ScriptRow& one) {
            return letter >= one.first && letter <= one.last &&
                   (one.words.empty() || is_of(one, id_end, words));
        });
        return row == kScriptRows.end() ? kOtherScript : row->code;
    }
    const auto* const row = std::ranges::find_if(
        kRows, [&](const LanguageRow& one) { return is_of(one, id_end, words); });
    return row == kRows.end() ? kDefault : row->code;
}

std::optional<std::string_view> language_code(std::string_view name) {
    const std::string wanted = ascii::lower(ascii::trim(name));
    if (wanted == "eng" || wanted == "english" || wanted == kDefault) {
        return kDefault;
    }
    if (wanted == kOtherScript) {
        return kOtherScript;
    }
    const auto find = [&](const auto& rows) -> std::optional<std::string_view> {
        for (const auto& row : rows) {
            if (wanted == row.code || wanted == row.name) {
                return row.code;
            }
        }
        return std::nullopt;
    };
    const auto found = find(kRows);
    return found ? found : find(kScriptRows);
}

std::vector<std::string_view> known_languages() {
    std::vector<std::string_view> codes{kDefault};
    const auto add = [&](const auto& rows) {
        for (const auto& row : rows) {
            if (std::ranges::find(codes, row.code) == codes.end()) {
                codes.push_back(row.code);
            }
        }
    };
    add(kRows);
    add(kScriptRows);
    codes.push_back(kOtherScript);
    return codes;
}

} // namespace plex_tuner::lineup
