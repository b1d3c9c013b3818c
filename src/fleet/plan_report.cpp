// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/base/text_table.hpp>
#include <plex_tuner/config/duration.hpp>
#include <plex_tuner/fleet/plan_report.hpp>

#include <vector>

#include <nlohmann/json.hpp>

namespace plex_tuner::fleet {

namespace {

std::string command_of(const ChildPlan& child) {
    std::string text;
    for (const std::string& argument : child.arguments) {
        text += (text.empty() ? "" : " ") + argument;
    }
    return redact_text(text);
}

} // namespace

std::string plan_text(const Plan& plan) {
    std::vector<std::vector<std::string>> rows{
        {"child", "port", "device id", "native", "offset", "starts after", "state", "command"}};
    for (const ChildPlan& child : plan.children) {
        rows.push_back({child.name, child.endpoint ? std::to_string(child.endpoint->port) : "-",
            child.device_id.empty() ? (child.is_tuner ? "kept" : "-") : child.device_id,
            child.is_tuner ? (child.is_native ? "yes" : "no") : "-",
            child.is_tuner ? std::to_string(child.number_offset) : "-",
            config::format_duration(child.start_delay), child.state_directory.string(),
            command_of(child)});
    }
    std::string text = text_table(rows);
    for (const std::string& name : plan.disabled) {
        text += name + " is disabled\n";
    }
    text += "page: " + (plan.listen.empty() ? std::string("off") : plan.listen) + "; restarts: " +
            (plan.restart ? "yes, " + config::format_duration(plan.restart_delay) + " and longer"
                          : std::string("no")) +
            "; " + (plan.fail_fast ? "a failure ends all" : "a failure ends nothing else") + "\n";
    return text;
}

std::string plan_json(const Plan& plan) {
    using nlohmann::ordered_json;
    ordered_json children = ordered_json::array();
    for (const ChildPlan& child : plan.children) {
        children.push_back({{"name", child.name}, {"command", command_of(child)},
            {"port", child.endpoint ? ordered_json(child.endpoint->port) : ordered_json(nullptr)},
            {"device_id", child.device_id}, {"native", child.is_native},
            {"guide_number_offset", child.number_offset},
            {"start_delay_ms", child.start_delay.count()},
            {"work_dir", child.work_directory.string()}, {"catalog", child.catalog.string()},
            {"state_dir", child.state_directory.string()},
            {"shared_dir", child.shared_directory.string()}});
    }
    return ordered_json{{"children", std::move(children)}, {"disabled", plan.disabled},
               {"addr", plan.listen}, {"restart", plan.restart},
               {"restart_delay_ms", plan.restart_delay.count()}, {"fail_fast", plan.fail_fast},
               {"hang_timeout_ms", plan.hang_timeout.count()}, {"problems", plan.problems},
               {"warnings", plan.warnings}, {"child_warnings", plan.child_warnings}}
               .dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
           "\n";
}

} // namespace plex_tuner::fleet
