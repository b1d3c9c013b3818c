// SPDX-License-Identifier: GPL-3.0-or-later
#include "manual_page.hpp"

#include <algorithm>

namespace plex_tuner::cli {

namespace {

/// Text that troff shows as it stands; words in backticks are bold.
std::string troff(std::string_view text) {
    std::string out;
    bool is_bold = false;
    for (const char c : text) {
        if (c == '`') {
            out += is_bold ? "\\fR" : "\\fB";
            is_bold = !is_bold;
        } else if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else if (c == '^' || c == '~') {
            out += c == '^' ? "\\(ha" : "\\(ti";
        } else if ((c == '.' || c == '\'') && out.empty()) {
            out += "\\&";
            out += c;
        } else {
            out += c;
        }
    }
    return out + (is_bold ? "\\fR" : "");
}

std::string bold(std::string_view text) {
    return "\\fB" + troff(text) + "\\fR";
}

std::string heading(std::string_view text) {
    return ".SH \"" + troff(text) + "\"\n";
}

std::string flag_entry(const FlagGuide& flag) {
    return ".TP\n" + bold("-" + flag.name) +
           (flag.argument.empty() ? "" : " \\fI" + troff(flag.argument) + "\\fR") + "\n" +
           troff(flag.text) + "\n";
}

constexpr std::string_view kDescription =
    R"(.B plex-tuner
turns IPTV (M3U playlists and Xtream accounts) into a live TV tuner with a guide that Plex takes for an
HDHomeRun; Jellyfin, Emby, Kodi and Channels speak the same protocol. Films and series can be mounted as files.
.PP
With nothing configured,
.B plex\-tuner run
serves a demo provider of its own.
.PP
Flags are written
.BR \-name " " value ", " \-name=value " or " \-\-name .
A flag wins over the environment, the environment over
.I .env
in the working directory, in the same form as the environment.
)";

constexpr std::string_view kEnd = R"(.SH "EXIT STATUS"
.TP
.B 0
It did what it was asked; a service was asked to stop.
.TP
.B 1
It could not.
.TP
.B 2
A setting is wrong; the line on standard error says which, and what is accepted.
.TP
.B 130
SIGINT or SIGTERM came first.
.PP
What else a command ends with stands with the command.
.SH SIGNALS
.TP
.B SIGHUP
.BR run " and " serve " fetch playlists and guides at once."
.TP
.BR SIGTERM ", " SIGINT
Stop in order.
.SH FILES
.TP
.I .env
Settings, read from the working directory.
.TP
.I /etc/default/plex\-tuner
Settings of the service that the Debian package installs; not for everybody to read, as passwords are in it.
.TP
.I catalog.json
What the providers have; addresses in it carry credentials.
.I catalog.state/
beside it holds guide numbers, the prepared guide and the device id.
.TP
.I /var/lib/plextuner/
State of the service, and what processes share.
.SH "SEE ALSO"
.BR systemctl (1),
.BR fusermount3 (1)
)";

std::string commands_section(
    std::span<const CommandGuide> commands, const std::vector<FlagGuide>& common) {
    std::string out = heading("COMMANDS");
    for (const CommandGuide& command : commands) {
        out += ".SS " + troff(command.name) + "\n" + troff(command.summary) + ".\n";
        std::string others;
        std::string own;
        for (const FlagGuide& flag : command.flags) {
            if (std::ranges::find(common, flag) == common.end()) {
                own += flag_entry(flag);
            } else {
                others += (others.empty() ? "" : ", ") + bold("-" + flag.name);
            }
        }
        for (const std::string& note : command.notes) {
            out += ".PP\n" + troff(note) + "\n";
        }
        out += own;
        if (!others.empty()) {
            out += ".PP\nTakes of the flags below: " + others + ".\n";
        }
    }
    return out;
}

std::string flags_section(const std::vector<FlagGuide>& common) {
    std::string out = heading("FLAGS OF SEVERAL COMMANDS");
    for (const FlagGuide& flag : common) {
        out += flag_entry(flag);
    }
    return out;
}

std::string environment_section(std::span<const config::SettingHelp> settings) {
    std::string out = heading("ENVIRONMENT");
    out += "Settings, by name of their variable. " + bold("plex-tuner config") +
           " prints them with their values, and where each comes from.\n";
    std::string_view group;
    for (const config::SettingHelp& setting : settings) {
        if (setting.group != group) {
            group = setting.group;
            out += ".SS \"" + troff(group) + "\"\n";
        }
        out += ".TP\n" + bold(setting.variable) + "\n" + troff(setting.meaning) + " Accepts " +
               troff(setting.accepts) + "; default " + troff(setting.usual) + ".\n";
    }
    return out;
}

} // namespace

std::string manual_page(std::span<const CommandGuide> commands,
    std::span<const config::SettingHelp> settings, const std::string& version) {
    std::vector<FlagGuide> seen;
    std::vector<FlagGuide> common;
    for (const CommandGuide& command : commands) {
        for (const FlagGuide& flag : command.flags) {
            const bool is_known = std::ranges::find(common, flag) != common.end();
            if (!is_known && std::ranges::find(seen, flag) != seen.end()) {
                common.push_back(flag);
            }
            seen.push_back(flag);
        }
    }
    std::string out =
        ".\\\" Written by `plex-tuner manual`.\n.TH PLEX\\-TUNER 1 \"\" \"plex\\-tuner " +
        troff(version) + "\" \"User Commands\"\n";
    out += heading("NAME") + "plex\\-tuner \\- IPTV as an HDHomeRun tuner with a guide\n";
    out += heading("SYNOPSIS") +
           ".B plex\\-tuner\n.I command\n.RI [ flags ]\n.br\n.B plex\\-tuner\n.I command\n.B "
           "\\-help\n.br\n.B plex\\-tuner \\-\\-version\n";
    out += heading("DESCRIPTION") + std::string(kDescription);
    return out + commands_section(commands, common) + flags_section(common) +
           environment_section(settings) + std::string(kEnd);
}

} // namespace plex_tuner::cli
