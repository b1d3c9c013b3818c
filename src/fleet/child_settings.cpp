// SPDX-License-Identifier: GPL-3.0-or-later
#include "child_settings.hpp"

#include <plex_tuner/base/hash.hpp>

#include <algorithm>

namespace plex_tuner::fleet {

namespace {

/// As in config::Inputs; flags that belong to one command alone are no settings.
std::vector<std::string> settings_flags(const std::vector<std::string>& arguments) {
    std::vector<std::string> flags(
        arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end());
    std::erase_if(flags, [](const std::string& flag) {
        return flag == "-register-only" || flag == "--register-only";
    });
    return flags;
}

config::Inputs inputs_of(const std::vector<std::string>& arguments, const PlanInputs& inputs) {
    config::Inputs own;
    own.arguments = settings_flags(arguments);
    own.subcommand = arguments.empty() ? std::string() : arguments.front();
    own.dotenv.clear();
    own.version = inputs.version;
    own.runs_as_root = inputs.runs_as_root;
    return own;
}

/// The child reads these below its own directory, and this process stands in another.
void find_files_from(config::Inputs& inputs, const std::filesystem::path& directory) {
    for (auto& [name, value] : inputs.environment) {
        if (name.starts_with(config::kEnvironmentPrefix) && name.ends_with("_FILE") &&
            !value.empty()) {
            value = (directory / value).string();
        }
    }
}

bool holds_one_of(const std::string& text, const std::vector<Secret>& secrets) {
    return std::ranges::any_of(secrets,
        [&](const Secret& secret) { return !secret.empty() && text.contains(secret.reveal()); });
}

} // namespace

bool is_tuner_command(std::string_view command) {
    return command == "run" || command == "serve";
}

config::Loaded load_child_settings(const ChildPlan& child, const PlanInputs& inputs) {
    config::Inputs own = inputs_of(child.arguments, inputs);
    own.environment = child.environment;
    own.dotenv = child.work_directory / ".env";
    if (!child.work_directory.empty()) {
        find_files_from(own, child.work_directory);
    }
    return config::load(own);
}

std::filesystem::path whole_path(const ChildPlan& child, const std::filesystem::path& path) {
    auto whole = std::filesystem::absolute(child.work_directory / path).lexically_normal();
    return whole.has_filename() ? whole : whole.parent_path();
}

std::optional<std::string> secret_in_arguments(
    const std::vector<std::string>& arguments, const PlanInputs& inputs) {
    const auto secrets = config::load(inputs_of(arguments, inputs)).config.secrets();
    if (secrets.empty()) {
        return std::nullopt;
    }
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        if (holds_one_of(arguments[i], secrets)) {
            return "args[" + std::to_string(i) + "]";
        }
    }
    return "args"; // in a spelling that is not its own
}

std::optional<std::string> secret_in_environment(
    const Environment& environment, const PlanInputs& inputs) {
    config::Inputs own = inputs_of({"run"}, inputs);
    for (const auto& [name, value] : environment) {
        if (!name.ends_with("_FILE")) {
            own.environment.emplace(name, value);
        }
    }
    const auto secrets = config::load(own).config.secrets();
    for (const auto& [name, value] : own.environment) {
        if (name.starts_with(config::kEnvironmentPrefix) && holds_one_of(value, secrets)) {
            return name;
        }
    }
    return std::nullopt;
}

std::string fingerprint_of(const ChildPlan& child, const config::Loaded& settings) {
    Fnv1a hash;
    const auto add = [&](std::string_view text) {
        hash.add(text).add({"\0", 1});
    };
    for (const std::string& argument : child.arguments) {
        add(argument);
    }
    add("");
    for (const auto& [name, value] : child.environment) {
        add(name);
        add(value);
    }
    add("");
    add(child.work_directory.string());
    add(config::dump(settings));
    for (const Secret& secret : settings.config.secrets()) {
        add(secret.reveal());
    }
    return hash.hex();
}

} // namespace plex_tuner::fleet
