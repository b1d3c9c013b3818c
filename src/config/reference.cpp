// SPDX-License-Identifier: GPL-3.0-or-later
// What users read about the configuration: the dump, the help of the flags, the reference page.
#include "ancestor_names.hpp"
#include "field.hpp"

#include <plex_tuner/config/loader.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace plex_tuner::config {
namespace {

/// Longer values are not waited for: their provenance follows directly.
constexpr std::size_t kMaxValueColumn = 48;
constexpr std::string_view kColumnGap = "  ";

[[nodiscard]] std::string padded(std::string text, std::size_t width) {
    text.append(width > text.size() ? width - text.size() : 0, ' ');
    return text;
}

/// Values of a table cell must not end it.
[[nodiscard]] std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '|' ? std::string("\\|") : std::string(1, c);
    }
    return out;
}

[[nodiscard]] std::string code(std::string_view text) {
    return "`" + std::string(text) + "`";
}

[[nodiscard]] std::string default_of(const Field& field) {
    if (!field.default_note.empty()) {
        return std::string(field.default_note);
    }
    return code(field.default_text);
}

[[nodiscard]] std::string plain(std::string text) {
    std::erase(text, '`');
    return text;
}

constexpr std::string_view kFurtherAccounts =
    R"(These may be given several times: `PLEX_TUNER_PROVIDER_URL_2`, `PLEX_TUNER_PROVIDER_USER_2` and so on
up to `_99` are further accounts, each with its own addresses, login, limit and tag. What they have in
common becomes one channel with several sources.

)";

constexpr std::string_view kFurtherGuides =
    R"(These may be given several times: `PLEX_TUNER_XMLTV_URL_2`, `PLEX_TUNER_XMLTV_SHIFT_2` and so on up to
`_99` are further guides, used in the order of their numbers: a later one fills what the earlier ones leave
open.

)";

constexpr std::string_view kIntroduction = R"(# Configuration

<!-- Generated from the field table (src/config/field_table.cpp); a test compares them. To write it
     anew: PT_WRITE_REFERENCE=1 build/debug/tests/unit/config/config_test --gtest_filter=Reference.* -->

Each setting has a variable; some have a flag too, of the commands that use them. From weakest to
strongest: default, `.env` in the working directory, environment, flag. `plex-tuner config` shows the
effective values and where each came from, with secrets masked.

- An empty variable counts as not set.
- A bad value is an error that names the variable or flag, and the program exits with status 2.
- For any variable there is one with `_FILE` behind its name, for the path of a file that holds the value:
  `PLEX_TUNER_PROVIDER_PASS_FILE=/run/secrets/pass`. Blanks and line breaks around it are dropped.
- Unknown variables that start with `PLEX_TUNER_` are warned about, with the nearest known name.
- Flags are written `-addr :5004`, `-addr=:5004`, `--addr :5004` or `--addr=:5004`; switches `-skip-index`
  or `-skip-index=false`.
- `.env` has one `KEY=VALUE` per line. Lines that are blank or start with `#` are skipped; one pair of
  quotes around the value is dropped. There is no `export`, no interpolation, and no comment behind a value.
- Durations are numbers with units: `500ms`, `45s`, `10m`, `1h30m`. Sizes are bytes, or have a unit: `64k` and
  `64KiB` are 65,536, `64kB` are 64,000.
- In URLs `\&` is read as `&`.
)";

} // namespace

std::string dump(const Loaded& loaded) {
    struct Line {
        std::string name;
        std::string value;
    };

    std::vector<Line> lines;
    const auto add = [&](std::string name, std::string value) {
        lines.push_back({std::move(name), value.empty() ? std::string("\"\"") : std::move(value)});
    };
    /// The further ones of the sections of a group, number by number.
    const auto add_numbered = [&](Group group) {
        std::vector<const Field*> numbered;
        for (const Field& field : fields()) {
            if (field.group == group && field.numbers != nullptr) {
                numbered.push_back(&field);
            }
        }
        if (numbered.empty()) {
            return;
        }
        for (const int number : numbered.front()->numbers(loaded.config)) {
            for (const Field* field : numbered) {
                add(variable_name(NumberedField{.field = field, .number = number}),
                    field->show_numbered(loaded.config, number));
            }
        }
    };
    const Field* previous = nullptr;
    for (const Field& field : fields()) {
        if (previous != nullptr && previous->group != field.group) {
            add_numbered(previous->group);
        }
        previous = &field;
        add(variable_name(field), field.show(loaded.config));
    }
    std::size_t name_width = 0;
    std::size_t value_width = 0;
    for (const Line& line : lines) {
        name_width = std::max(name_width, line.name.size());
        value_width = std::max(value_width, std::min(line.value.size(), kMaxValueColumn));
    }
    std::string out;
    for (const Line& line : lines) {
        const auto origin = loaded.provenance.find(line.name);
        out += padded(line.name, name_width);
        out += kColumnGap;
        out += padded(line.value, value_width);
        out += kColumnGap;
        out += origin == loaded.provenance.end() ? "default" : origin->second;
        out += '\n';
    }
    return out;
}

std::string flags_help(std::string_view subcommand) {
    const unsigned command = command_bit(subcommand);
    std::string out;
    for (const Field& field : fields()) {
        if (field.flag.empty() || (field.commands & command) == 0) {
            continue;
        }
        out += "  -";
        out += field.flag;
        out += field.is_switch ? "\n" : " value\n";
        out += "        ";
        out += plain(std::string(field.doc));
        out += "\n        ";
        out += field.accepts();
        out += "; default " + plain(default_of(field));
        out += "; " + variable_name(field) + "\n";
    }
    return out;
}

std::vector<SettingHelp> setting_help() {
    std::vector<SettingHelp> all;
    for (const Field& field : fields()) {
        all.push_back({.group = title_of(field.group),
            .variable = variable_name(field),
            .flag = field.flag,
            .usual = default_of(field),
            .accepts = field.accepts(),
            .meaning = field.doc});
    }
    return all;
}

std::string environment_reference_markdown() {
    std::string out(kIntroduction);
    const Field* previous = nullptr;
    for (const Field& field : fields()) {
        if (previous == nullptr || previous->group != field.group) {
            out += "\n## " + std::string(title_of(field.group)) + "\n\n";
            if (field.group == Group::account) {
                out += kFurtherAccounts;
            } else if (field.group == Group::guide_source) {
                out += kFurtherGuides;
            }
            out += "| Variable | Flag | Default | Accepts | Meaning |\n|---|---|---|---|---|\n";
        }
        previous = &field;
        out += "| " + code(variable_name(field)) + " | ";
        out += field.flag.empty() ? "" : code("-" + std::string(field.flag));
        out += " | " + cell(default_of(field)) + " | " + cell(field.accepts()) + " | " +
               cell(field.doc) + " |\n";
    }
    return out;
}

} // namespace plex_tuner::config
