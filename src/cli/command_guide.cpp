// SPDX-License-Identifier: GPL-3.0-or-later
#include "command_guide.hpp"

#include "commands.hpp"
#include "settings.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>

namespace plex_tuner::cli {

namespace {

constexpr std::string_view kFlagStart = "  -";
constexpr std::string_view kTextStart = "        ";

void append_line(std::string& text, std::string_view line) {
    line = ascii::trim(line);
    if (!text.empty() && !line.empty()) {
        text += ' ';
    }
    text += line;
}

/// "doctor vodfs", of backticks in `text`, gives "vodfs".
void find_words(CommandGuide& guide, std::string_view text) {
    const std::string start = "`" + std::string(guide.name) + " ";
    for (std::size_t at = text.find(start); at != std::string_view::npos;
        at = text.find(start, at + 1)) {
        const std::string_view rest = text.substr(at + start.size());
        std::string word(rest.substr(0, rest.find('`')));
        if (!word.contains(' ') && std::ranges::find(guide.words, word) == guide.words.end()) {
            guide.words.push_back(std::move(word));
        }
    }
}

bool is_word(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text,
                                [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_'; });
}

} // namespace

std::vector<std::string> FlagGuide::words() const {
    // The last sentence is "a, b or c; default a; PLEX_TUNER_X".
    const std::size_t end = text.find("; default ");
    if (end == std::string::npos) {
        return {};
    }
    std::string_view list = std::string_view(text).substr(0, end);
    if (const std::size_t sentence = list.rfind(". "); sentence != std::string_view::npos) {
        list.remove_prefix(sentence + 2);
    }
    const std::size_t last = list.rfind(" or ");
    if (last == std::string_view::npos || list.contains("(")) {
        return {};
    }
    std::vector<std::string> words;
    std::string_view first = list.substr(0, last);
    while (!first.empty()) {
        const std::size_t comma = first.find(", ");
        words.emplace_back(first.substr(0, comma));
        first = comma == std::string_view::npos ? std::string_view() : first.substr(comma + 2);
    }
    words.emplace_back(list.substr(last + 4));
    return std::ranges::all_of(words, is_word) ? words : std::vector<std::string>();
}

CommandGuide read_help(std::string_view name, std::string_view summary, std::string_view help) {
    CommandGuide guide{
        .name = name, .summary = std::string(summary), .words = {}, .flags = {}, .notes = {}};
    find_words(guide, help);
    std::string note;
    bool in_flag = false;
    const auto end_note = [&] {
        if (!note.empty()) {
            guide.notes.push_back(std::move(note));
            note.clear();
        }
    };
    while (!help.empty()) {
        const std::string_view line = help.substr(0, help.find('\n'));
        help.remove_prefix(std::min(line.size() + 1, help.size()));
        if (line.starts_with(kFlagStart)) {
            end_note();
            const std::string_view flag = line.substr(kFlagStart.size());
            const std::size_t blank = flag.find(' ');
            guide.flags.push_back({.name = std::string(flag.substr(0, blank)),
                .argument =
                    blank == std::string_view::npos ? "" : std::string(flag.substr(blank + 1)),
                .text = {}});
            in_flag = true;
        } else if (in_flag && line.starts_with(kTextStart)) {
            append_line(guide.flags.back().text, line);
        } else {
            in_flag = false;
            if (line.empty()) {
                end_note();
            }
            append_line(note, line);
        }
    }
    end_note();
    // What every help begins with, and says of flags in general, is said once elsewhere.
    std::erase_if(guide.notes, [&](const std::string& text) {
        return text.starts_with("Usage: ") || text == summary || text.starts_with("Flags (") ||
               text.starts_with("Every flag has a ") || text == "Of this command alone:";
    });
    return guide;
}

std::vector<CommandGuide> command_guides() {
    std::vector<CommandGuide> guides;
    for (const Command& command : commands()) {
        std::string help;
        static_cast<void>(command.run(Invocation{.subcommand = std::string(command.name),
            .arguments = {"-help"},
            .environment = {},
            .help = &help}));
        guides.push_back(read_help(command.name, command.summary, help));
    }
    return guides;
}

} // namespace plex_tuner::cli
