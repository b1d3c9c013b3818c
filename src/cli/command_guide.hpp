// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::cli {

/// A flag as the help of a command has it.
struct FlagGuide {
    std::string name;     ///< without '-'
    std::string argument; ///< "value", "<channel>"; empty for a switch
    std::string text;     ///< sentences, on one line

    /// The words it takes, where they are few: "text or json". Else empty.
    [[nodiscard]] std::vector<std::string> words() const;
    friend bool operator==(const FlagGuide&, const FlagGuide&) = default;
};

/// One command, for manuals and shells.
struct CommandGuide {
    std::string_view name;
    std::string summary;
    std::vector<std::string> words; ///< what may follow the command: `doctor plex`
    std::vector<FlagGuide> flags;
    std::vector<std::string> notes; ///< paragraphs of its help beyond that
};

/// Every command as its own -help describes it, in the order of --help: what is said elsewhere
/// about commands is made of this, and cannot differ.
[[nodiscard]] std::vector<CommandGuide> command_guides();

/// Of one text of help.
[[nodiscard]] CommandGuide read_help(
    std::string_view name, std::string_view summary, std::string_view help);

} // namespace plex_tuner::cli
