// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_jellyfin.hpp"

#include "fake_pms_tuner.hpp"

#include <algorithm>
#include <utility>

namespace plex_tuner::testing {

using nlohmann::json;

FakeJellyfin::FakeJellyfin(Script script) : script_(std::move(script)) {
    const Behaviour all = [this](ProviderConnection& connection, const ProviderRequest& request) {
        serve(connection, request);
    };
    for (const char* path : {"/System/", "/LiveTv/", "/ScheduledTasks", "/ScheduledTasks/",
             "/Sessions", "/Sessions/", "/LiveStreams/"}) {
        server_.on(script_.path_prefix + path, all);
    }
}

void FakeJellyfin::answer_next(std::vector<int> statuses) {
    const std::scoped_lock lock(mutex_);
    next_statuses_ = std::move(statuses);
}

void FakeJellyfin::add_tuner(json tuner) {
    const std::scoped_lock lock(mutex_);
    tuner["Id"] = new_id();
    tuners_.push_back(std::move(tuner));
}

void FakeJellyfin::add_guide(json guide) {
    const std::scoped_lock lock(mutex_);
    guide["Id"] = new_id();
    guides_.push_back(std::move(guide));
}

void FakeJellyfin::remove_tuner(const std::string& device_id) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(tuners_, [&](const json& one) { return one.value("DeviceId", "") == device_id; });
    channels_.clear();
}

void FakeJellyfin::move_tuner(const std::string& device_id, const std::string& url) {
    const std::scoped_lock lock(mutex_);
    for (json& tuner : tuners_) {
        if (tuner.value("DeviceId", "") != device_id) {
            continue;
        }
        const std::string old = tuner.value("Url", "");
        for (json& guide : guides_) {
            if (guide.value("Path", "").starts_with(old)) {
                guide["Path"] = url + "/guide.xml";
            }
        }
        tuner["Url"] = url;
    }
}

void FakeJellyfin::forget_channels() {
    const std::scoped_lock lock(mutex_);
    channels_.clear();
}

std::string FakeJellyfin::play(const std::string& number, const std::string& name, int reports) {
    const std::scoped_lock lock(mutex_);
    sessions_.push_back({new_id(), number, name, reports});
    return sessions_.back().id;
}

std::vector<std::string> FakeJellyfin::playing() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> ids;
    for (const Session& session : sessions_) {
        ids.push_back(session.id);
    }
    return ids;
}

std::size_t FakeJellyfin::session_lists() const {
    const std::scoped_lock lock(mutex_);
    return session_lists_;
}

json FakeJellyfin::sessions() {
    ++session_lists_;
    json all = json::array({{{"Id", "idle"}, {"Client", "Jellyfin Web"}, {"DeviceId", "dev-idle"},
        {"LastPlaybackCheckIn", "0001-01-01T00:00:00.0000000Z"}, {"PlayState", json::object()}}});
    for (Session& session : sessions_) {
        if (session.reports_left != 0) {
            session.reports_left -= session.reports_left > 0 ? 1 : 0;
            ++session.reports;
        }
        all.push_back({{"Id", session.id}, {"Client", "Jellyfin Web"}, {"DeviceName", "Chrome"},
            {"DeviceId", "dev-" + session.id}, {"RemoteEndPoint", "10.0.0.9"},
            {"LastPlaybackCheckIn",
                "2026-11-29T04:00:00." + std::to_string(100 + session.reports) + "0000Z"},
            {"NowPlayingItem",
                {{"Name", session.name}, {"Type", "TvChannel"}, {"ChannelNumber", session.number}}},
            {"PlayState",
                {{"IsPaused", false}, {"LiveStreamId", "live-" + session.number + session.name}}}});
    }
    return all;
}

int FakeJellyfin::end_session(const ProviderRequest& request, const std::string& path) {
    if (path.starts_with("/Sessions/") && path.ends_with("/Playing/Stop")) {
        // Only a client that is there does it.
        std::erase_if(sessions_,
            [&](const Session& one) { return path.contains(one.id) && one.reports_left != 0; });
        return 204;
    }
    // Whoever has the stream loses it.
    const auto closed = std::erase_if(sessions_, [&](const Session& one) {
        return request.target.ends_with("=live-" + one.number + one.name);
    });
    return closed > 0 ? 204 : 404;
}

std::vector<json> FakeJellyfin::tuners() const {
    const std::scoped_lock lock(mutex_);
    return tuners_;
}

std::vector<json> FakeJellyfin::guides() const {
    const std::scoped_lock lock(mutex_);
    return guides_;
}

std::vector<std::string> FakeJellyfin::changes() const {
    const std::scoped_lock lock(mutex_);
    return changes_;
}

void FakeJellyfin::forget_requests() {
    const std::scoped_lock lock(mutex_);
    changes_.clear();
}

int FakeJellyfin::keys_in_addresses() const {
    const std::scoped_lock lock(mutex_);
    return keys_in_addresses_;
}

std::string FakeJellyfin::new_id() {
    std::string id = std::to_string(++ids_);
    return std::string(32 - id.size(), 'a') + id;
}

bool FakeJellyfin::is_known(const ProviderRequest& request) const {
    const std::string authorization = request.header("authorization");
    return (script_.reads_emby_token && request.header("x-emby-token") == script_.api_key) ||
           (script_.reads_authorization && authorization.starts_with("MediaBrowser ") &&
               authorization.contains("Token=\"" + script_.api_key + "\""));
}

void FakeJellyfin::serve(ProviderConnection& connection, const ProviderRequest& request) {
    const std::scoped_lock lock(mutex_);
    keys_in_addresses_ += request.target.contains(script_.api_key) ? 1 : 0;
    const std::string path = request.path().substr(script_.path_prefix.size());
    if (request.method != "GET") {
        changes_.push_back(request.method + " " + path);
    }
    int forced = -1;
    if (!next_statuses_.empty()) {
        forced = next_statuses_.front();
        next_statuses_.erase(next_statuses_.begin());
    }
    Answer answer{.status = forced, .body = {}};
    if (forced <= 0) {
        answer = is_known(request) ? act(request, path) : Answer{.status = 401, .body = {}};
    }
    if (forced == 0) {
        return connection.reset();
    }
    const std::string body = answer.body.is_null() ? std::string() : answer.body.dump();
    connection.send("HTTP/1.1 " + std::to_string(answer.status) +
                    " Kestrel\r\nConnection: close\r\nContent-Type: application/json; "
                    "charset=utf-8\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body);
}

FakeJellyfin::Answer FakeJellyfin::act(const ProviderRequest& request, const std::string& path) {
    const bool is_post = request.method == "POST";
    if (is_post && path.starts_with("/LiveTv/")) {
        json body = json::parse(request.body, nullptr, false);
        if (!body.is_object() || !request.header("content-type").starts_with("application/json")) {
            return {.status = 415, .body = {}};
        }
        return path == "/LiveTv/TunerHosts"         ? set_tuner(std::move(body))
               : path == "/LiveTv/ListingProviders" ? set_guide(std::move(body))
                                                    : Answer{.status = 404, .body = {}};
    }
    if (is_post && path == "/ScheduledTasks/Running/refresh") {
        task_polls_left_ = script_.task_polls;
        return {.status = 204, .body = {}};
    }
    if (is_post) {
        return {.status = end_session(request, path), .body = {}};
    }
    if (path == "/Sessions") {
        return {.body = sessions()};
    }
    if (path == "/System/Configuration/livetv" && !script_.is_emby) {
        return {.body = {{"TunerHosts", tuners_}, {"ListingProviders", guides_},
                    {"RecordingPath", nullptr}, {"PrePaddingSeconds", 0}}};
    }
    if (path == "/LiveTv/TunerHosts" && script_.is_emby) {
        return {.body = tuners_};
    }
    if (path == "/LiveTv/ListingProviders" && script_.is_emby) {
        return {.body = guides_};
    }
    if (path == "/ScheduledTasks") {
        return {.body = tasks()};
    }
    if (path == "/LiveTv/Channels") {
        return {.body = channels()};
    }
    return {.status = 404, .body = {}};
}

FakeJellyfin::Answer FakeJellyfin::set_tuner(json tuner) {
    const auto device = fetch_device(tuner.value("Url", ""));
    if (!device) {
        return {.status = 500, .body = "Error processing request."};
    }
    tuner["DeviceId"] = device->device_id;
    const std::string id = tuner.value("Id", "");
    const auto known = std::ranges::find_if(
        tuners_, [&](const json& one) { return !id.empty() && one.value("Id", "") == id; });
    if (known != tuners_.end()) {
        *known = tuner;
    } else {
        tuner["Id"] = new_id();
        tuners_.push_back(tuner);
    }
    return {.body = tuner};
}

FakeJellyfin::Answer FakeJellyfin::set_guide(json guide) {
    if (!script_.takes_guides) {
        return {.body = guide};
    }
    const std::string id = guide.value("Id", "");
    const auto known = std::ranges::find_if(
        guides_, [&](const json& one) { return !id.empty() && one.value("Id", "") == id; });
    if (known != guides_.end()) {
        *known = guide;
    } else {
        guide["Id"] = new_id();
        guides_.push_back(guide);
    }
    return {.body = guide};
}

json FakeJellyfin::tasks() {
    const bool was_running = task_polls_left_ > 0;
    if (was_running && --task_polls_left_ == 0) {
        ++task_runs_;
        read_all();
    }
    json task = {{"Name", "Refresh Guide"}, {"State", task_polls_left_ > 0 ? "Running" : "Idle"},
        {"Id", "refresh"}, {"Key", "RefreshGuide"}, {"Category", "Live TV"}};
    if (task_runs_ > 0) {
        task["LastExecutionResult"] = {
            {"EndTimeUtc", "2026-11-29T00:00:" + std::to_string(10 + task_runs_) + ".0000000Z"},
            {"Status", script_.task_fails ? "Failed" : "Completed"}};
    }
    return json::array(
        {{{"Name", "Clean Cache"}, {"State", "Idle"}, {"Id", "cache"}, {"Key", "DeleteCacheFiles"}},
            std::move(task)});
}

void FakeJellyfin::read_all() {
    channels_.clear();
    for (const json& tuner : tuners_) {
        const auto lineup = fetch_lineup(tuner.value("Url", ""));
        if (!lineup) {
            continue;
        }
        std::vector<PmsGuideChannel> guide;
        for (const json& one : guides_) {
            const json enabled = one.value("EnabledTuners", json::array());
            if (one.value("EnableAllTuners", false) ||
                std::ranges::find(enabled, tuner.at("Id")) != enabled.end()) {
                guide = fetch_guide(one.value("Path", ""));
            }
        }
        for (const PmsTunerChannel& channel : *lineup) {
            const bool has_programme = std::ranges::any_of(guide, [&](const PmsGuideChannel& one) {
                return std::ranges::find(one.names, channel.number) != one.names.end();
            });
            channels_.push_back({channel.number, channel.name, has_programme});
        }
    }
}

json FakeJellyfin::channels() const {
    json items = json::array();
    for (const Channel& channel : channels_) {
        json item = {{"Name", channel.name}, {"Type", "TvChannel"},
            {script_.is_emby ? "Number" : "ChannelNumber", channel.number}};
        if (channel.has_programme) {
            item["CurrentProgram"] = {{"Name", "On now"}};
        }
        items.push_back(std::move(item));
    }
    return {{"Items", items}, {"TotalRecordCount", items.size()}, {"StartIndex", 0}};
}

} // namespace plex_tuner::testing
