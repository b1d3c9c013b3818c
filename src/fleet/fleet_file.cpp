// SPDX-License-Identifier: GPL-3.0-or-later
#include "json_fields.hpp"

#include <plex_tuner/fleet/fleet_file.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace plex_tuner::fleet {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr auto kFields = std::to_array<FleetField>({
    {"instances", "list", "", "The tuners and other commands to run, at least one."},
    {"instances[].name", "text", "",
        "What it is called in the log, the table and the metrics; each name once."},
    {"instances[].args", "list of texts", "",
        "The command and its flags, as behind `plex-tuner`. No secrets: everybody on the machine "
        "can read them."},
    {"instances[].env", "object of texts", "none",
        "Variables of this instance. They win over the supervisor's environment and `envFiles`."},
    {"instances[].disabled", "boolean", "false", "Leave it out."},
    {"instances[].workDir", "text", "the supervisor's", "The directory it runs in."},
    {"instances[].startDelay", "duration", "0",
        "Wait before its first start; later starts do not wait."},
    {"restart", "boolean", "false",
        "Start a child again when it ended, however it ended. `false`: the first that fails ends "
        "all."},
    {"restartDelay", "duration", "2s",
        "Wait before the second restart in a row, doubled for each further one up to a minute. The "
        "first one comes at once."},
    {"failFast", "boolean", "false",
        "With `restart`: a child that failed five times in a row is given up, and all end."},
    {"hangTimeout", "duration", "1m",
        "With `restart`: a tuner that has been ready and answers nothing for so long is killed and "
        "started again. 0: never."},
    {"envFiles", "list of texts", "none",
        "Files of KEY=VALUE lines (`export` may stand before them), for secrets. The environment "
        "wins over them, a later file over an earlier one."},
    {"addr", "text", "`PLEX_TUNER_SUPERVISOR_ADDR`, else `127.0.0.1:5099`",
        "Where the supervisor serves its own page, metrics and probes; `off`: nowhere."},
    {"reaper", "text", "the first tuner",
        "The instance that gets `PLEX_TUNER_PLEX_SESSION_REAPER…`, `PLEX_TUNER_PMS_URL` and "
        "`PLEX_TUNER_PMS_TOKEN` of the supervisor's environment; the others do not."},
});

/// The names in each object, to find those that are there twice: the last would count, silently.
class DuplicateNames {
public:
    explicit DuplicateNames(JsonRemarks& remarks) : remarks_(remarks) {}

    bool operator()(int /*depth*/, json::parse_event_t event, const json& parsed) {
        if (event == json::parse_event_t::object_start) {
            open_.emplace_back();
        } else if (event == json::parse_event_t::object_end && !open_.empty()) {
            open_.pop_back();
        } else if (event == json::parse_event_t::key && !open_.empty()) {
            const auto& name = parsed.get_ref<const std::string&>();
            if (!open_.back().insert(name).second) {
                remarks_.problems.push_back(
                    "the field " + name.substr(0, 64) + " is there twice in one object");
            }
        }
        return true;
    }

private:
    JsonRemarks& remarks_;
    std::vector<std::set<std::string>> open_;
};

std::string place_of(std::string_view text, std::size_t byte) {
    const std::string_view before = text.substr(0, std::min(byte > 0 ? byte - 1 : 0, text.size()));
    const auto line = std::ranges::count(before, '\n') + 1;
    const std::size_t start = before.rfind('\n');
    const std::size_t column =
        before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

json parse_json(std::string_view text, JsonRemarks& remarks) {
    DuplicateNames duplicates(remarks);
    try {
        return json::parse(text, std::ref(duplicates));
    } catch (const json::parse_error& error) {
        // Its own words quote what it read, which may be a secret.
        remarks.problems.push_back("it is no JSON: see " + place_of(text, error.byte));
    } catch (const json::exception&) {
        remarks.problems.emplace_back("a number in it is too large");
    }
    return {};
}

Instance read_instance(const json& object, const std::string& path, JsonRemarks& remarks) {
    Instance instance;
    if (!object.is_object()) {
        remarks.problems.push_back(path + ": must be an object");
        return instance;
    }
    JsonFields fields(object, path, remarks);
    instance.name = fields.text("name").value_or("");
    instance.arguments = fields.texts("args");
    instance.environment = fields.text_map("env");
    instance.is_disabled = fields.boolean("disabled").value_or(false);
    instance.work_directory = fields.text("workDir").value_or("");
    instance.start_delay =
        std::max(fields.duration("startDelay").value_or(milliseconds(0)), milliseconds(0));
    fields.finish();
    return instance;
}

} // namespace

std::span<const FleetField> fleet_fields() noexcept {
    return kFields;
}

ParsedFleetFile parse_fleet_file(std::string_view text) {
    ParsedFleetFile parsed;
    JsonRemarks remarks;
    const json document = parse_json(text, remarks);
    if (!document.is_object()) {
        if (remarks.problems.empty()) {
            remarks.problems.emplace_back("it must be a JSON object with a list of instances");
        }
        parsed.problems = std::move(remarks.problems);
        return parsed;
    }
    FleetFile& file = parsed.file;
    JsonFields fields(document, "", remarks);
    const std::size_t before = remarks.problems.size();
    const json* const instances = fields.list("instances");
    if (instances == nullptr && remarks.problems.size() == before) {
        remarks.problems.emplace_back("instances: is missing");
    }
    if (instances != nullptr) {
        for (std::size_t i = 0; i < instances->size(); ++i) {
            file.instances.push_back(
                read_instance((*instances)[i], "instances[" + std::to_string(i) + "]", remarks));
        }
    }
    const FleetFile defaults;
    file.restart = fields.boolean("restart").value_or(defaults.restart);
    const auto delay = fields.duration("restartDelay").value_or(defaults.restart_delay);
    file.restart_delay = delay > milliseconds(0) ? delay : defaults.restart_delay;
    file.fail_fast = fields.boolean("failFast").value_or(defaults.fail_fast);
    file.hang_timeout = fields.duration("hangTimeout").value_or(defaults.hang_timeout);
    file.environment_files = fields.texts("envFiles");
    file.listen = fields.text("addr");
    file.reaper = fields.text("reaper").value_or("");
    fields.not_supported("emby", "set PLEX_TUNER_REGISTER_EMBY in the env of an instance");
    fields.not_supported("jellyfin", "set PLEX_TUNER_REGISTER_JELLYFIN in the env of an instance");
    fields.finish();
    parsed.warnings = std::move(remarks.warnings);
    parsed.problems = std::move(remarks.problems);
    return parsed;
}

} // namespace plex_tuner::fleet
