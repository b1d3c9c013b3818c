// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/script.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace plex_tuner {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

[[nodiscard]] constexpr bool is_within(char32_t code_point, Range range) {
    return code_point >= range.first && code_point <= range.last;
}

/// Blocks of the Latin script beyond ASCII.
constexpr std::array<Range, 6> kLatin{{{0xC0, 0x24F}, {0x1E00, 0x1EFF}, {0x2C60, 0x2C7F},
    {0xA720, 0xA7FF}, {0xFB00, 0xFB06}, {0xFF21, 0xFF5A}}};
/// Signs among them, and blocks without letters: punctuation, symbols, pictographs, private use.
constexpr std::array<Range, 11> kNoLetters{{{0x80, 0xBF}, {0xD7, 0xD7}, {0xF7, 0xF7},
    {0x2B0, 0x36F}, {0x1D2C, 0x1D6A}, {0x2000, 0x2BFF}, {0x3000, 0x3004}, {0xE000, 0xF8FF},
    {0xFE00, 0xFE0F}, {0xFF00, 0xFF20}, {0x1F000, 0x10FFFF}}};

/// One row per block: what a code point is without its accents; '.' is none, '*' is in kSeveral.
struct Fold {
    char32_t first;
    std::string_view plain;
};

constexpr std::string_view kPlainC0 =
    "aaaaaa*ceeeeiiiidnooooo.ouuuuy**aaaaaa*ceeeeiiiidnooooo.ouuuuy*y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkkkllllll."
    ".llnnnnnnn**oooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
    "...............e................oo.............uu..............."
    ".............aaiioouuuuuuuuuu.aaaa....ggkkoooo..j...gg..nnaa...."
    "aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy............"
    "................";
constexpr std::string_view kPlain1D2C =
    "a.b.de.ghijklmn.o.prtuwa...bde...g.km.o...ptu..v......iruv.....";
constexpr std::string_view kPlain1E00 =
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
    "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
    "wwwwwwwwwwxxxxyyzzzzzzhtwy.s..*.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";
constexpr std::string_view kPlain2070 = "0i..456789.....n0123456789......aeox.hklmnpst";

constexpr std::string_view kPlain2B0 = "h.jr...wy........................................lsx.";
constexpr std::string_view kPlain1D9C = "c...f..........................z....";
constexpr std::string_view kPlain2C7C = "jv";

constexpr std::array<Fold, 9> kFolds{{{0x2B0, kPlain2B0}, {0x1D9C, kPlain1D9C},
    {0x2C7C, kPlain2C7C}, {0xC0, kPlainC0}, {0x1D2C, kPlain1D2C}, {0x1E00, kPlain1E00},
    {0x2070, kPlain2070}, {0xB2, "23"}, {0xB9, "1"}}};

constexpr std::array<std::pair<char32_t, std::string_view>, 12> kSeveral{
    {{0xC6, "ae"}, {0xDE, "th"}, {0xDF, "ss"}, {0xE6, "ae"}, {0xFE, "th"}, {0x132, "ij"},
        {0x133, "ij"}, {0x14A, "ng"}, {0x14B, "ng"}, {0x152, "oe"}, {0x153, "oe"}, {0x1E9E, "ss"}}};

constexpr char32_t kFullWidthFirst = 0xFF01;
constexpr char32_t kFullWidthLast = 0xFF5E;
constexpr char32_t kFullWidthShift = kFullWidthFirst - U'!';

/// Greek and Cyrillic letters, whose lower case is at a fixed distance.
[[nodiscard]] constexpr char32_t lower_of(char32_t code_point) {
    if (is_within(code_point, {0x391, 0x3A9}) || is_within(code_point, {0x410, 0x42F})) {
        return code_point + 0x20;
    }
    return is_within(code_point, {0x400, 0x40F}) ? code_point + 0x50 : code_point;
}

void append_folded(std::string& out, char32_t code_point) {
    if (is_within(code_point, {kFullWidthFirst, kFullWidthLast})) {
        code_point -= kFullWidthShift;
    }
    if (code_point < 0x80) {
        out.push_back(ascii::to_lower(static_cast<char>(code_point)));
        return;
    }
    if (is_within(code_point, {0x300, 0x36F})) {
        return; // an accent of its own
    }
    for (const Fold& fold : kFolds) {
        if (code_point < fold.first || code_point - fold.first >= fold.plain.size()) {
            continue;
        }
        const char plain = fold.plain[code_point - fold.first];
        if (plain != '.' && plain != '*') {
            out.push_back(plain);
            return;
        }
    }
    for (const auto& [letter, plain] : kSeveral) {
        if (letter == code_point) {
            out += plain;
            return;
        }
    }
    utf8::append(out, lower_of(code_point));
}

} // namespace

Script script_of(char32_t code_point) noexcept {
    if (code_point < 0x80) {
        return ascii::is_alpha(static_cast<char>(code_point)) ? Script::latin : Script::none;
    }
    const auto holds = [&](Range range) {
        return is_within(code_point, range);
    };
    if (std::ranges::any_of(kNoLetters, holds)) {
        return Script::none;
    }
    return std::ranges::any_of(kLatin, holds) ? Script::latin : Script::other;
}

LetterCount count_letters(std::string_view text) noexcept {
    LetterCount count;
    while (!text.empty()) {
        const Script script = script_of(utf8::take(text));
        count.latin += script == Script::latin ? 1 : 0;
        count.other += script == Script::other ? 1 : 0;
    }
    return count;
}

bool is_mostly_non_latin(std::string_view text) noexcept {
    constexpr std::size_t kEnough = 3;
    const LetterCount count = count_letters(text);
    return count.other >= kEnough && count.other > count.latin;
}

std::string folded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        append_folded(out, utf8::take(text));
    }
    return out;
}

} // namespace plex_tuner
