// SPDX-License-Identifier: GPL-3.0-or-later
#include "derived.hpp"
#include "field.hpp"
#include "flags.hpp"
#include "unknown_names.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/utf8.hpp>
#include <plex_tuner/config/dotenv.hpp>
#include <plex_tuner/config/loader.hpp>

#include <algorithm>
#include <cstdint>
#include <set>

namespace plex_tuner::config {
namespace {

/// Longer rejected values are cut in the error line.
constexpr std::size_t kMaxShownBytes = 120;
/// NAME_FILE is the path of a file that holds the value of NAME, as secrets are handed to
/// containers.
constexpr std::string_view kFileSuffix = "_FILE";
constexpr std::size_t kMaxValueFile = std::size_t{64} << 10;

/// One place a value was found in.
struct Found {
    std::string text;
    std::string provenance;
    std::string subject; ///< what an error line starts with
};

/// Printable, on one line, of bounded length.
[[nodiscard]] std::string shown(const std::string& value) {
    std::string out = utf8::from_unknown(utf8::truncate(value, kMaxShownBytes));
    std::ranges::replace_if(
        out, [](char c) { return static_cast<std::uint8_t>(c) < 0x20 || c == '\x7F'; }, '?');
    return "\"" + out + (value.size() > kMaxShownBytes ? "...\"" : "\"");
}

class Loader {
public:
    explicit Loader(const Inputs& inputs) : inputs_(inputs) {}

    [[nodiscard]] Loaded run() {
        flags_ = parse_flags(inputs_.arguments, inputs_.subcommand);
        loaded_.problems = flags_.problems;
        loaded_.help_requested = flags_.help_requested;
        if (!inputs_.dotenv.empty()) {
            dotenv_ = read_dotenv(inputs_.dotenv);
            loaded_.warnings = dotenv_.warnings;
        }
        for (const Field& field : fields()) {
            load(field);
        }
        load_numbered();
        warn_about_unknown_names();
        complete(loaded_, inputs_);
        return std::move(loaded_);
    }

private:
    [[nodiscard]] std::optional<Found> find(const Field& field) {
        const auto flag = std::ranges::find(
            flags_.values.rbegin(), flags_.values.rend(), &field, &FlagValue::field);
        if (flag != flags_.values.rend()) {
            const std::string name = "flag -" + std::string(field.flag);
            return Found{.text = flag->text, .provenance = name, .subject = name};
        }
        return find_variable(variable_name(field));
    }

    [[nodiscard]] std::optional<Found> find_variable(const std::string& name) {
        const std::string file_name = name + std::string(kFileSuffix);
        if (auto found = find_in_environment(name)) {
            if (find_in_environment(file_name)) {
                loaded_.warnings.push_back(
                    name + " and " + file_name + " are both set: the file is not read");
            }
            return found;
        }
        if (const auto file = find_in_environment(file_name)) {
            return read_value(name, *file);
        }
        if (auto found = find_in_dotenv(name)) {
            return found;
        }
        const auto file = find_in_dotenv(file_name);
        return file ? read_value(name, *file) : std::nullopt;
    }

    [[nodiscard]] std::optional<Found> find_in_environment(const std::string& name) const {
        const auto variable = inputs_.environment.find(name);
        if (variable == inputs_.environment.end() || variable->second.empty()) {
            return std::nullopt;
        }
        return Found{.text = variable->second, .provenance = "env " + name, .subject = name};
    }

    [[nodiscard]] std::optional<Found> find_in_dotenv(const std::string& name) const {
        const auto entry = std::ranges::find(dotenv_.entries, name, &DotenvEntry::name);
        if (entry == dotenv_.entries.end() || entry->value.empty()) {
            return std::nullopt;
        }
        const std::string place = dotenv_place(*entry);
        return Found{
            .text = entry->value, .provenance = place, .subject = name + " (" + place + ")"};
    }

    /// `file` is what NAME_FILE says.
    [[nodiscard]] std::optional<Found> read_value(const std::string& name, const Found& file) {
        auto text = read_file(file.text, kMaxValueFile);
        if (!text) {
            loaded_.problems.push_back(file.subject + ": " + text.error().message());
            return std::nullopt;
        }
        std::string value(ascii::trim(*text));
        if (value.empty()) {
            loaded_.warnings.push_back(file.subject + ": " + file.text + " is empty");
            return std::nullopt;
        }
        return Found{.text = std::move(value),
            .provenance = "file " + file.text,
            .subject = name + " (" + file.text + ")"};
    }

    /// "PLEX_TUNER_PROVIDER_PASS_FILE" → "PLEX_TUNER_PROVIDER_PASS"
    [[nodiscard]] static std::string_view without_file_suffix(std::string_view name) {
        return name.ends_with(kFileSuffix) ? name.substr(0, name.size() - kFileSuffix.size())
                                           : name;
    }

    [[nodiscard]] std::string dotenv_place(const DotenvEntry& entry) const {
        return inputs_.dotenv.string() + ":" + std::to_string(entry.line);
    }

    void load(const Field& field) {
        std::string& provenance = loaded_.provenance[variable_name(field)];
        provenance = "default";
        static_cast<void>(field.assign(loaded_.config, field.default_text));
        const auto found = find(field);
        if (!found) {
            return;
        }
        if (field.assign(loaded_.config, found->text)) {
            provenance = found->provenance;
            return;
        }
        reject(field, *found);
    }

    void reject(const Field& field, const Found& found) {
        loaded_.problems.push_back(found.subject + ": " + shown(field.show_rejected(found.text)) +
                                   " is not valid; expected " + field.accepts());
    }

    void load_numbered() {
        std::set<std::string> names;
        const auto note = [&](std::string_view name) {
            name = without_file_suffix(name);
            if (name.starts_with(kEnvironmentPrefix) &&
                find_numbered(name.substr(kEnvironmentPrefix.size()))) {
                names.emplace(name);
            }
        };
        for (const auto& [name, value] : inputs_.environment) {
            note(name);
        }
        for (const DotenvEntry& entry : dotenv_.entries) {
            note(entry.name);
        }
        for (const std::string& name : names) {
            const auto numbered =
                find_numbered(std::string_view(name).substr(kEnvironmentPrefix.size()));
            const auto found = find_variable(name);
            if (!numbered || !found) {
                continue;
            }
            if (numbered->field->assign_numbered(loaded_.config, numbered->number, found->text)) {
                loaded_.provenance[name] = found->provenance;
            } else {
                reject(*numbered->field, *found);
            }
        }
    }

    void warn_about_unknown_names() {
        const auto check = [&](std::string_view name, std::string_view value,
                               std::string_view place) {
            if (!name.starts_with(kEnvironmentPrefix) || value.empty()) {
                return;
            }
            name.remove_prefix(kEnvironmentPrefix.size());
            const std::string_view value_name = without_file_suffix(name);
            if (find_field(name) != nullptr || find_field(value_name) != nullptr ||
                find_numbered(value_name)) {
                return;
            }
            if (auto warning = warn_about_unknown(name, value, place)) {
                loaded_.warnings.push_back(*std::move(warning));
            }
        };
        for (const auto& [name, value] : inputs_.environment) {
            check(name, value, "environment");
        }
        for (const DotenvEntry& entry : dotenv_.entries) {
            if (!inputs_.environment.contains(entry.name)) {
                check(entry.name, entry.value, dotenv_place(entry));
            }
        }
    }

    const Inputs& inputs_;
    ParsedFlags flags_;
    Dotenv dotenv_;
    Loaded loaded_;
};

} // namespace

Loaded load(const Inputs& inputs) {
    return Loader(inputs).run();
}

} // namespace plex_tuner::config
