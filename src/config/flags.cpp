// SPDX-License-Identifier: GPL-3.0-or-later
#include "flags.hpp"

#include "parse_boolean.hpp"

#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/config/nearest.hpp>

#include <optional>

namespace plex_tuner::config {
namespace {

struct Spelled {
    std::string_view name;
    std::optional<std::string_view> value; ///< behind '='
};

/// "-x", "--x", "-x=v"; nothing for an argument that is no flag.
[[nodiscard]] std::optional<Spelled> split_flag(std::string_view argument) {
    if (!argument.starts_with('-') || argument == "-") {
        return std::nullopt;
    }
    argument.remove_prefix(argument.starts_with("--") ? 2 : 1);
    const std::size_t equals = argument.find('=');
    if (equals == std::string_view::npos) {
        return Spelled{.name = argument, .value = std::nullopt};
    }
    return Spelled{.name = argument.substr(0, equals), .value = argument.substr(equals + 1)};
}

class FlagParser {
public:
    FlagParser(std::span<const std::string> arguments, std::string_view subcommand)
        : arguments_(arguments), subcommand_(subcommand), command_(command_bit(subcommand)) {}

    [[nodiscard]] ParsedFlags run() {
        while (next_ < arguments_.size()) {
            const std::string_view argument = arguments_[next_];
            ++next_;
            const auto spelled = split_flag(argument);
            if (!spelled) {
                left_over(argument);
                break;
            }
            if (argument == "--") {
                if (next_ < arguments_.size()) {
                    left_over(arguments_[next_]);
                }
                break;
            }
            take(*spelled);
        }
        return std::move(result_);
    }

private:
    void problem(std::string text) { result_.problems.push_back(std::move(text)); }

    void take(const Spelled& spelled) {
        if (spelled.name == "h" || spelled.name == "help") {
            result_.help_requested = true;
            return;
        }
        const Field* field = find_flag(spelled.name, command_);
        if (field == nullptr) {
            unknown(spelled.name);
            return;
        }
        if (spelled.value) {
            add(*field, *spelled.value);
        } else if (field->is_switch) {
            add(*field, "true");
        } else if (next_ == arguments_.size()) {
            problem("flag -" + std::string(field->flag) + " needs a value: " + field->accepts());
        } else if (is_known_flag(arguments_[next_])) {
            // Taking it as the value, as Go does, would hide two mistakes behind one.
            problem("flag -" + std::string(field->flag) + " needs a value, but " +
                    arguments_[next_] + " follows; expected " + field->accepts());
        } else {
            add(*field, arguments_[next_]);
            ++next_;
        }
    }

    void add(const Field& field, std::string_view text) {
        result_.values.push_back({&field, std::string(text)});
    }

    [[nodiscard]] bool is_known_flag(std::string_view argument) const {
        const auto spelled = split_flag(argument);
        return spelled && !spelled->value && find_flag(spelled->name, command_) != nullptr;
    }

    void unknown(std::string_view name) {
        const std::string shown = redact_text(name);
        std::vector<std::string_view> known;
        for (const Field& field : fields()) {
            if (!field.flag.empty() && (field.commands & command_) != 0) {
                known.push_back(field.flag);
            }
        }
        const auto near = nearest(name, known);
        problem("unknown flag -" + shown +
                (near ? "; did you mean -" + std::string(*near) + "?"
                      : "; see plex-tuner " + std::string(subcommand_) + " -h"));
    }

    void left_over(std::string_view argument) {
        std::string text = "unexpected argument \"" + redact_text(argument) + "\"";
        if (!result_.values.empty() && result_.values.back().field->is_switch &&
            parse_boolean(argument)) {
            const std::string flag(result_.values.back().field->flag);
            text += "; a switch takes its value as -" + flag + "=" + std::string(argument);
        }
        problem(std::move(text));
    }

    std::span<const std::string> arguments_;
    std::string_view subcommand_;
    unsigned command_;
    std::size_t next_ = 0;
    ParsedFlags result_;
};

} // namespace

ParsedFlags parse_flags(std::span<const std::string> arguments, std::string_view subcommand) {
    return FlagParser(arguments, subcommand).run();
}

} // namespace plex_tuner::config
