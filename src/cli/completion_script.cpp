// SPDX-License-Identifier: GPL-3.0-or-later
#include "completion_script.hpp"

namespace plex_tuner::cli {

namespace {

constexpr std::string_view kGenerated = "# Written by `plex-tuner completion`.\n";

std::string joined(std::span<const std::string> words, std::string_view before = "") {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : " ") + std::string(before) + word;
    }
    return out;
}

/// In single quotes, for all three shells.
std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? std::string("’") : std::string(1, c);
    }
    return out + "'";
}

/// Without backticks; what a shell shows in one line behind a name.
std::string plain(std::string_view text) {
    std::string out(text);
    std::erase(out, '`');
    return out;
}

std::string first_sentence(const std::string& text) {
    return plain(std::string_view(text).substr(0, text.find(". ")));
}

std::string bash_script(std::span<const CommandGuide> commands) {
    std::string names;
    std::string flags;
    std::string values;
    for (const CommandGuide& command : commands) {
        const std::string name(command.name);
        names += name + " ";
        std::string words = joined(command.words);
        for (const FlagGuide& flag : command.flags) {
            words += " -" + flag.name;
            if (!flag.argument.empty()) {
                const auto choice = flag.words();
                const std::string taken =
                    choice.empty() ? "files=1" : "words=" + quoted(joined(choice));
                const std::string place = name + " -" + flag.name;
                values.append("        ")
                    .append(quoted(place))
                    .append(") ")
                    .append(taken)
                    .append(" ;;\n");
            }
        }
        words += " -help";
        flags.append("        ")
            .append(name)
            .append(") words=")
            .append(quoted(words))
            .append(" ;;\n");
    }
    return std::string(kGenerated) + R"(_plex_tuner() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]} typed=${current/#--/-} words='' files='' word
    COMPREPLY=()
    if [ "$COMP_CWORD" -le 1 ]; then
        words=')" +
           names + R"(help version'
    else
        case "$command ${previous/#--/-}" in
)" + values +
           R"(        *) case "$command" in
)" + flags +
           R"(        esac ;;
        esac
    fi
    if [ -n "$files" ]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
    fi
    for word in $words; do
        case "$word" in "$typed"*) COMPREPLY+=("$word") ;; esac
    done
    [ "${#COMPREPLY[@]}" -gt 0 ] || mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
complete -o filenames -F _plex_tuner plex-tuner
)";
}

/// A description inside the brackets of _arguments.
std::string zsh_text(const std::string& text) {
    std::string out;
    for (const char c : first_sentence(text)) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') {
            out += '\\';
        }
        out += c == '\'' ? std::string("’") : std::string(1, c);
    }
    return out;
}

std::string zsh_script(std::span<const CommandGuide> commands) {
    std::string out = "#compdef plex-tuner\n" + std::string(kGenerated) +
                      "_plex_tuner() {\n    local -a commands\n    commands=(\n";
    for (const CommandGuide& command : commands) {
        out +=
            "        " + quoted(std::string(command.name) + ":" + zsh_text(command.summary)) + "\n";
    }
    out += "    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n        "
           "return\n    fi\n    local command=$words[2]\n    shift words\n    (( CURRENT-- ))\n    "
           "case $command in\n";
    for (const CommandGuide& command : commands) {
        out += "    " + std::string(command.name) + ") _arguments";
        for (const FlagGuide& flag : command.flags) {
            const auto choice = flag.words();
            const std::string value =
                flag.argument.empty()
                    ? ""
                    : ":value:" + (choice.empty() ? "_files" : "(" + joined(choice) + ")");
            out += " \\\n        " +
                   quoted("*-" + flag.name + "[" + zsh_text(flag.text) + "]" + value);
        }
        out += " \\\n        '-help[print all of this]' \\\n        " +
               quoted(command.words.empty() ? "*:file:_files"
                                            : "*:word:(" + joined(command.words) + ")") +
               " ;;\n";
    }
    return out + "    esac\n}\n_plex_tuner \"$@\"\n";
}

std::string fish_script(std::span<const CommandGuide> commands) {
    std::string out(kGenerated);
    for (const CommandGuide& command : commands) {
        const std::string name(command.name);
        out += "complete -c plex-tuner -n __fish_use_subcommand -f -a " + name + " -d " +
               quoted(plain(command.summary)) + "\n";
        const std::string here =
            "complete -c plex-tuner -n '__fish_seen_subcommand_from " + name + "'";
        if (!command.words.empty()) {
            out += here + " -f -a '" + joined(command.words) + "'\n";
        }
        for (const FlagGuide& flag : command.flags) {
            const auto choice = flag.words();
            out += here + " -o " + flag.name;
            if (!choice.empty()) {
                out += " -x -a '" + joined(choice) + "'";
            } else if (!flag.argument.empty()) {
                out += " -r";
            }
            out += " -d " + quoted(first_sentence(flag.text)) + "\n";
        }
    }
    return out;
}

} // namespace

std::optional<std::string> completion_script(
    std::string_view shell, std::span<const CommandGuide> commands) {
    if (shell == "bash") {
        return bash_script(commands);
    }
    if (shell == "zsh") {
        return zsh_script(commands);
    }
    if (shell == "fish") {
        return fish_script(commands);
    }
    return std::nullopt;
}

} // namespace plex_tuner::cli
