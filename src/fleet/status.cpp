// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/base/text_table.hpp>
#include <plex_tuner/fleet/status.hpp>
#include <plex_tuner/net/page_head.hpp>

#include <algorithm>
#include <cstdio>
#include <numeric>

#include <nlohmann/json.hpp>

namespace plex_tuner::fleet {

namespace {

template <class Number>
std::string or_dash(const std::optional<Number>& value) {
    return value ? std::to_string(*value) : "-";
}

std::string megabytes(const std::optional<std::uint64_t>& bytes) {
    if (!bytes) {
        return "-";
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.1f MB", static_cast<double>(*bytes) / 1e6);
    return text;
}

std::string time_text(std::uint64_t seconds) {
    constexpr std::uint64_t kMinute = 60;
    constexpr std::uint64_t kHour = 3'600;
    constexpr std::uint64_t kDay = 86'400;
    if (seconds < kMinute) {
        return std::to_string(seconds) + "s";
    }
    if (seconds < kHour) {
        return std::to_string(seconds / kMinute) + "m" + std::to_string(seconds % kMinute) + "s";
    }
    if (seconds < kDay) {
        return std::to_string(seconds / kHour) + "h" + std::to_string(seconds % kHour / kMinute) +
               "m";
    }
    return std::to_string(seconds / kDay) + "d" + std::to_string(seconds % kDay / kHour) + "h";
}

/// Of all children that tell it.
std::optional<std::uint64_t> sum(
    const FleetStatus& status, std::optional<std::uint64_t> ChildStatus::* member) {
    std::optional<std::uint64_t> total;
    for (const ChildStatus& child : status.children) {
        if (child.*member) {
            total = total.value_or(0) + *(child.*member);
        }
    }
    return total;
}

std::vector<std::string> heads() {
    return {"child", "state", "pid", "port", "channels", "viewers", "restarts", "memory", "up",
        "last end"};
}

std::vector<std::string> row_of(const ChildStatus& child) {
    return {child.name, child.state, child.pid > 0 ? std::to_string(child.pid) : "-",
        or_dash(child.port), or_dash(child.channels), or_dash(child.viewers),
        std::to_string(child.restarts), megabytes(child.pss_bytes),
        child.pid > 0 ? time_text(child.uptime_s) : "-", child.last_end};
}

std::vector<std::string> total_of(const FleetStatus& status) {
    const auto well = std::ranges::count_if(status.children, &ChildStatus::is_well);
    const auto restarts =
        std::accumulate(status.children.begin(), status.children.end(), std::uint64_t{0},
            [](std::uint64_t total, const ChildStatus& child) { return total + child.restarts; });
    return {"all", std::to_string(well) + " of " + std::to_string(status.children.size()), "", "",
        or_dash(sum(status, &ChildStatus::channels)), or_dash(sum(status, &ChildStatus::viewers)),
        std::to_string(restarts), megabytes(sum(status, &ChildStatus::pss_bytes)), "", ""};
}

bool is_number_column(std::size_t column) {
    return column >= 2 && column <= 7;
}

void add_row(std::string& page, const std::vector<std::string>& cells, const char* tag) {
    page += "<tr>";
    for (std::size_t i = 0; i < cells.size(); ++i) {
        page.append("<").append(tag).append(is_number_column(i) ? " class=\"n\">" : ">");
        append_html(page, cells[i]);
        page.append("</").append(tag).append(">");
    }
    page += "</tr>\n";
}

} // namespace

bool FleetStatus::is_ready() const noexcept {
    return std::ranges::all_of(children, &ChildStatus::is_well);
}

std::string status_text(const FleetStatus& status) {
    std::vector<std::vector<std::string>> rows{heads()};
    std::ranges::transform(status.children, std::back_inserter(rows), row_of);
    rows.push_back(total_of(status));
    std::string text = text_table(rows);
    for (const std::string& name : status.disabled) {
        text += name + " is disabled\n";
    }
    return text;
}

std::string status_json(const FleetStatus& status) {
    using nlohmann::ordered_json;
    const auto or_null = [](const auto& value) {
        return value ? ordered_json(*value) : ordered_json(nullptr);
    };
    ordered_json children = ordered_json::array();
    for (const ChildStatus& child : status.children) {
        children.push_back({{"name", child.name}, {"state", child.state},
            {"pid", child.pid > 0 ? ordered_json(child.pid) : ordered_json(nullptr)},
            {"port", or_null(child.port)}, {"device_id", child.device_id},
            {"channels", or_null(child.channels)}, {"viewers", or_null(child.viewers)},
            {"restarts", child.restarts}, {"uptime_s", child.uptime_s},
            {"pss_bytes", or_null(child.pss_bytes)}, {"last_end", child.last_end},
            {"command", child.command}});
    }
    return ordered_json{{"version", status.version}, {"ready", status.is_ready()},
               {"children", std::move(children)}, {"disabled", status.disabled}}
               .dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
           "\n";
}

std::string status_page(const FleetStatus& status) {
    std::string page = net::page_head("plex-tuner supervise");
    page.insert(page.find("<title>"), "<meta http-equiv=\"refresh\" content=\"10\">");
    page += "<h1>Tuners</h1><p class=\"sub\">plex-tuner ";
    append_html(page, status.version);
    page += " supervise &middot; <a href=\"/api/children\">JSON</a> &middot; <a "
            "href=\"/metrics\">metrics</a></p>\n";
    if (!status.is_ready()) {
        page += "<p class=\"note\">Not all children are as they should be. The log of a child "
                "stands in the supervisor's, behind its name.</p>\n";
    }
    page += "<table>";
    add_row(page, heads(), "th");
    for (const ChildStatus& child : status.children) {
        add_row(page, row_of(child), "td");
    }
    add_row(page, total_of(status), "th");
    page += "</table>\n";
    for (const std::string& name : status.disabled) {
        page += "<p>";
        append_html(page, name);
        page += " is disabled.</p>\n";
    }
    return page + "</body></html>\n";
}

} // namespace plex_tuner::fleet
