// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_pms_sessions.hpp"

#include "fake_pms_websocket.hpp"

#include <algorithm>
#include <chrono>

namespace plex_tuner::testing {

namespace {

constexpr std::string_view kSessions = "/status/sessions";
constexpr std::string_view kTerminate = "/status/sessions/terminate";
constexpr std::string_view kStop = "/video/:/transcode/universal/stop";
constexpr std::string_view kEvents = "/:/eventsource/notifications";
constexpr std::string_view kSocket = "/:/websockets/notifications";
constexpr std::string_view kOtherSocket = "/:/websocket/notifications";
constexpr std::string_view kSubscriptions = "/media/subscriptions";
constexpr std::string_view kGrabs = "/media/grabbers/operations";
constexpr std::chrono::milliseconds kStep{5};
constexpr std::chrono::seconds kPatience{30};

std::string value_of(const FakePmsSessions::Query& query, std::string_view key) {
    std::string last;
    for (const auto& [own, text] : query) {
        if (own == key) {
            last = text;
        }
    }
    return last;
}

std::string live_key(const PmsViewer& viewer) {
    return (viewer.is_live ? "/livetv/sessions/live-" : "/library/metadata/") + viewer.name;
}

/// With one digit behind the point, as the server writes it.
std::string decimal(double value) {
    const auto tenths = static_cast<long long>(value * 10);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

PmsNode object(std::string name) {
    PmsNode node{.name = std::move(name)};
    node.is_object = true;
    return node;
}

PmsNode node_of(const PmsViewer& viewer) {
    PmsNode node{.name = "Video"};
    node.json_name = "Metadata";
    node.truth("live", viewer.is_live).set("type", "clip").set("key", live_key(viewer));
    node.set("ratingKey", "1").set("sessionKey", std::to_string(viewer.session_key));
    node.set("title", viewer.title).set("grandparentTitle", "");
    if (viewer.shows_offset) {
        node.number("viewOffset", viewer.view_offset);
    }
    PmsNode media{.name = "Media"};
    media.set("id", "1");
    if (!viewer.channel.empty()) {
        media.set("channelIdentifier", viewer.channel);
    }
    node.children.push_back(std::move(media));
    PmsNode user = object("User");
    user.set("id", "1").set("title", "tester").set("thumb", "");
    node.children.push_back(std::move(user));
    PmsNode player = object("Player");
    player.set("address", viewer.address).set("device", "Linux");
    player.set("machineIdentifier", "client-" + viewer.name).set("platform", viewer.platform);
    player.set("product", viewer.product).set("state", viewer.state);
    player.set("title", viewer.platform).truth("local", true);
    node.children.push_back(std::move(player));
    PmsNode session = object("Session");
    session.set("id", "sess-" + viewer.name).number("bandwidth", 4'000).set("location", "lan");
    node.children.push_back(std::move(session));
    if (!viewer.direct) {
        PmsNode transcode = object("TranscodeSession");
        transcode.set("key", "/transcode/sessions/trans-" + viewer.name).truth("throttled", false);
        transcode.truth("complete", false).set("protocol", "dash");
        transcode.set("timeStamp", decimal(viewer.time_stamp));
        transcode.set("maxOffsetAvailable", decimal(viewer.max_offset));
        transcode.set("minOffsetAvailable", "0.0");
        node.children.push_back(std::move(transcode));
    }
    return node;
}

std::string notification(const PmsViewer& viewer, bool as_list) {
    const std::string one = R"({"sessionKey":")" + std::to_string(viewer.session_key) +
                            R"(","guid":"","ratingKey":"1","url":"","key":")" + live_key(viewer) +
                            R"(","viewOffset":)" + std::to_string(viewer.view_offset) +
                            R"(,"playQueueItemID":1,"state":")" + viewer.state +
                            R"(","transcodeSession":"trans-)" + viewer.name +
                            R"(","clientIdentifier":"client-)" + viewer.name + R"("})";
    return as_list ? R"({"NotificationContainer":{"type":"playing","size":1,)"
                     R"("PlaySessionStateNotification":[)" +
                         one + "]}}"
                   : R"({"PlaySessionStateNotification":)" + one + "}";
}

} // namespace

int FakePmsSessions::add(PmsViewer viewer) {
    const std::scoped_lock lock(mutex_);
    viewer.session_key = viewer.session_key == 0 ? next_key_++ : viewer.session_key;
    viewers_.push_back(std::move(viewer));
    emit("playing", notification(viewers_.back(), script_.as_list));
    return viewers_.back().session_key;
}

void FakePmsSessions::change(const std::string& name, const std::function<void(PmsViewer&)>& edit) {
    const std::scoped_lock lock(mutex_);
    for (PmsViewer& viewer : viewers_) {
        if (viewer.name == name) {
            edit(viewer);
        }
    }
}

void FakePmsSessions::remove(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(viewers_, [&](const PmsViewer& viewer) { return viewer.name == name; });
}

void FakePmsSessions::clear() {
    const std::scoped_lock lock(mutex_);
    viewers_.clear();
    next_key_ = 1;
}

void FakePmsSessions::script(const std::function<void(Script&)>& edit) {
    const std::scoped_lock lock(mutex_);
    edit(script_);
}

void FakePmsSessions::add_grab(PmsGrab grab) {
    const std::scoped_lock lock(mutex_);
    grabs_.push_back(std::move(grab));
}

void FakePmsSessions::cut_events() {
    const std::scoped_lock lock(mutex_);
    ++cuts_;
    changed_.notify_all();
}

void FakePmsSessions::send_event(const std::string& event, const std::string& data) {
    const std::scoped_lock lock(mutex_);
    emit(event, data);
}

std::vector<PmsViewer> FakePmsSessions::viewers() const {
    const std::scoped_lock lock(mutex_);
    return viewers_;
}

std::optional<PmsViewer> FakePmsSessions::viewer(const std::string& name) const {
    const std::scoped_lock lock(mutex_);
    const auto found = std::ranges::find(viewers_, name, &PmsViewer::name);
    return found == viewers_.end() ? std::nullopt : std::optional(*found);
}

std::vector<std::string> FakePmsSessions::ends() const {
    const std::scoped_lock lock(mutex_);
    return ends_;
}

std::vector<PmsGrab> FakePmsSessions::grabs() const {
    const std::scoped_lock lock(mutex_);
    return grabs_;
}

std::size_t FakePmsSessions::lists() const {
    const std::scoped_lock lock(mutex_);
    return lists_;
}

std::size_t FakePmsSessions::listeners() const {
    const std::scoped_lock lock(mutex_);
    return listeners_;
}

bool FakePmsSessions::wait_until(const std::function<bool()>& condition) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, condition);
}

bool FakePmsSessions::wait_for_lists(std::size_t more) const {
    const std::size_t wanted = lists() + more;
    return wait_until([&] { return lists_ >= wanted; });
}

bool FakePmsSessions::wait_for_listener() const {
    return wait_until([&] { return listeners_ > 0; });
}

bool FakePmsSessions::wait_until_gone(const std::string& name) const {
    return wait_until(
        [&] { return std::ranges::find(viewers_, name, &PmsViewer::name) == viewers_.end(); });
}

bool FakePmsSessions::is_event_path(std::string_view path) {
    return path == kEvents || path == kSocket || path == kOtherSocket;
}

std::optional<FakePmsSessions::Answer> FakePmsSessions::act(
    const std::string& method, const std::string& path, const Query& query) {
    const std::scoped_lock lock(mutex_);
    if (path == kSessions) {
        return list();
    }
    if (path == kTerminate) {
        return terminate(method, value_of(query, "sessionId"), value_of(query, "reason"));
    }
    if (path == kStop) {
        return method == "GET" || method == "PUT" ? stop_transcode(value_of(query, "session"))
                                                  : Answer{.status = 404};
    }
    if (path == kSubscriptions) {
        if (!script_.has_subscriptions || method != "GET") {
            return Answer{.status = 404};
        }
        return value_of(query, "includeGrabs") == "1" ? list_grabs(true)
                                                      : Answer{.container = pms_container(0)};
    }
    const auto grab = pms_below(path, kGrabs);
    if (!grab) {
        return std::nullopt;
    }
    if (grab->empty()) {
        return script_.has_subscriptions ? Answer{.status = 404} : list_grabs(false);
    }
    const auto found = std::ranges::find(grabs_, std::string(*grab), &PmsGrab::id);
    if (found == grabs_.end() || method != "DELETE") {
        return Answer{.status = 404};
    }
    if (!found->stubborn) {
        grabs_.erase(found);
    }
    return Answer{};
}

void FakePmsSessions::pass_time() {
    std::erase_if(
        viewers_, [](PmsViewer& viewer) { return viewer.ended && viewer.lingers-- <= 0; });
    for (PmsViewer& viewer : viewers_) {
        if (viewer.transcoder_runs && !viewer.ended) {
            viewer.time_stamp += 1;
            viewer.max_offset += 1;
        }
        if (!viewer.reports || viewer.ended) {
            continue;
        }
        if (viewer.state == "playing") {
            viewer.view_offset += 1'000;
        }
        if (viewer.reports_by_event) {
            emit("playing", notification(viewer, script_.as_list));
        }
    }
}

FakePmsSessions::Answer FakePmsSessions::list() {
    pass_time();
    ++lists_;
    changed_.notify_all();
    PmsNode node = pms_container(viewers_.size());
    for (const PmsViewer& viewer : viewers_) {
        node.children.push_back(node_of(viewer));
    }
    return {.container = std::move(node)};
}

FakePmsSessions::Answer FakePmsSessions::list_grabs(bool in_subscriptions) const {
    PmsNode node = pms_container(grabs_.size());
    for (const PmsGrab& grab : grabs_) {
        PmsNode operation{.name = "MediaGrabOperation"};
        operation.set("id", grab.id).set("key", std::string(kGrabs) + "/" + grab.id);
        operation.set("grabberIdentifier", "tv.plex.grabbers.hdhomerun");
        operation.set("grabberProtocol", "livetv").set("status", grab.status);
        operation.truth("rolling", true);
        PmsNode video{.name = "Video"};
        video.set("key", "/livetv/sessions/" + grab.live).truth("live", true).set("title", "News");
        PmsNode media{.name = "Media"};
        media.set("id", "1").set("channelIdentifier", grab.channel);
        video.children.push_back(std::move(media));
        operation.children.push_back(std::move(video));
        if (!in_subscriptions) {
            node.children.push_back(std::move(operation));
            continue;
        }
        PmsNode subscription{.name = "MediaSubscription"};
        subscription.set("key", "sub-" + grab.id);
        subscription.children.push_back(std::move(operation));
        node.children.push_back(std::move(subscription));
    }
    return {.container = std::move(node)};
}

FakePmsSessions::Answer FakePmsSessions::terminate(
    const std::string& method, const std::string& id, const std::string& reason) {
    ends_.push_back("terminate " + id + " by " + method + ": " + reason);
    if (!script_.has_pass) {
        return {.status = 401};
    }
    if (id.empty()) {
        return {.status = 403};
    }
    for (PmsViewer& viewer : viewers_) {
        if ("sess-" + viewer.name == id && (method == "POST" || script_.takes_get)) {
            viewer.ended = true;
            return {};
        }
    }
    return {.status = 404};
}

FakePmsSessions::Answer FakePmsSessions::stop_transcode(const std::string& id) {
    ends_.push_back("stop " + id);
    for (PmsViewer& viewer : viewers_) {
        if (!viewer.direct && "trans-" + viewer.name == id) {
            viewer.transcoder_runs = false;
            viewer.ended = !viewer.deaf;
            return {};
        }
    }
    return {}; // who was not there is as good as stopped, and it says so
}

void FakePmsSessions::emit(const std::string& event, const std::string& data) {
    events_.push_back({event, data});
    changed_.notify_all();
}

std::string FakePmsSessions::text_of(const Event& event) const {
    const std::string& end = script_.line_end;
    const std::string& data = event.data;
    std::string text;
    if (script_.pings) {
        text += ": a comment" + end + end + "event: ping" + end + "data: {}" + end + end;
    }
    text += "event: " + event.name + end;
    // A line may end wherever JSON has a blank.
    const std::size_t half = script_.in_many_lines ? data.find(',') : std::string::npos;
    if (half == std::string::npos) {
        text += "data: " + data + end;
    } else {
        text += "data: " + data.substr(0, half + 1) + end + "data: " + data.substr(half + 1) + end;
    }
    return text + end;
}

void FakePmsSessions::stream(ProviderConnection& connection, const ProviderRequest& request) {
    const std::string key = request.header("sec-websocket-key");
    const bool is_socket = !key.empty();
    std::unique_lock lock(mutex_);
    if (!script_.has_events || is_socket != request.path().contains("/websocket")) {
        lock.unlock();
        connection.send("HTTP/1.1 404 Plex\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    const std::uint64_t cuts = cuts_;
    std::size_t next = events_.size(); // only events from now on
    ++listeners_;
    changed_.notify_all();
    lock.unlock();
    bool open =
        connection.send(is_socket ? websocket_handshake(key)
                                  : "HTTP/1.1 200 Plex\r\nConnection: close\r\nContent-Type: "
                                    "text/event-stream\r\n\r\n");
    while (open) {
        std::string text;
        lock.lock();
        for (; next < events_.size(); ++next) {
            const Event& event = events_[next];
            text += is_socket ? websocket_text(websocket_notification(event.name, event.data))
                              : text_of(event);
        }
        const bool cut = cuts_ != cuts;
        lock.unlock();
        open = !cut && (text.empty() || connection.send(text)) && connection.wait(kStep);
    }
    lock.lock();
    --listeners_;
    changed_.notify_all();
}

} // namespace plex_tuner::testing
