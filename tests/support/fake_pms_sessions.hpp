// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fake_pms_answer.hpp"
#include "scripted_provider.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::testing {

/// Somebody in front of Live TV, as the server sees it. Every list of sessions is a moment: what
/// runs goes on then.
struct PmsViewer {
    std::string name = {}; ///< makes the ids: sess-<name>, trans-<name>, live-<name>, client-<name>
    int session_key = 0;   ///< 0: the next one
    std::string channel = "1"; ///< empty: the server does not say
    std::string title = "News";
    std::string address = "10.0.0.9";
    std::string product = "Plex Web";
    std::string platform = "Chrome";
    std::string state = "playing"; ///< playing, paused, buffering: what the client said last
    bool is_live = true;
    bool reports = true;          ///< the client is there, and says so; else it vanished
    bool transcoder_runs = true;  ///< timeStamp and maxOffsetAvailable go on
    bool direct = false;          ///< no TranscodeSession
    bool shows_offset = false;    ///< viewOffset, which Live TV often leaves out
    bool reports_by_event = true; ///< else its reports are seen in viewOffset alone
    int lingers = 0;              ///< lists it still is in after its end
    bool deaf = false;            ///< an end of its transcode does not end it

    long long view_offset = 0;
    double time_stamp = 1'700'000'000.0;
    double max_offset = 30.0;
    bool ended = false;
};

/// A tuner that the server holds, or believes it holds.
struct PmsGrab {
    std::string id = {};
    std::string live = {}; ///< what is made of it: live-<name>
    std::string channel = "1";
    std::string status = "inprogress";
    bool stubborn = false; ///< stays when it is deleted
};

/// The sessions of FakePms. Thread-safe.
class FakePmsSessions {
public:
    struct Script {
        bool has_pass = true;          ///< else nobody is terminated: 401
        bool takes_get = true;         ///< terminate by GET
        bool has_events = true;        ///< else 404
        bool has_subscriptions = true; ///< else grabs are listed where they are released
        bool pings = true;             ///< and comments, between events
        std::string line_end = "\n";   ///< of the event stream
        bool in_many_lines = false;    ///< data in several lines
        bool as_list = false;          ///< a list in a container, as on the web socket
    };

    // What viewers, a person, or time do.
    int add(PmsViewer viewer);
    void change(const std::string& name, const std::function<void(PmsViewer&)>& edit);
    void remove(const std::string& name);
    void clear(); ///< as after a new start: nobody is there, keys begin anew
    void script(const std::function<void(Script&)>& edit);
    void add_grab(PmsGrab grab);
    void cut_events(); ///< all event connections are closed
    void send_event(const std::string& event, const std::string& data); ///< to all that listen

    // What it has.
    [[nodiscard]] std::vector<PmsViewer> viewers() const; ///< that are listed
    [[nodiscard]] std::optional<PmsViewer> viewer(const std::string& name) const;
    /// "stop trans-a", "terminate sess-a by GET: bye", in order.
    [[nodiscard]] std::vector<std::string> ends() const;
    [[nodiscard]] std::vector<PmsGrab> grabs() const;
    [[nodiscard]] std::size_t lists() const;     ///< times that sessions were asked for
    [[nodiscard]] std::size_t listeners() const; ///< event connections that are open
    bool wait_for_lists(std::size_t more) const;
    bool wait_for_listener() const;
    /// Until nobody of that name is listed.
    bool wait_until_gone(const std::string& name) const;

    // For FakePms.
    using Query = std::vector<std::pair<std::string, std::string>>;

    struct Answer {
        int status = 200;
        std::optional<PmsNode> container = {};
    };

    /// nullopt: the path is not of sessions.
    [[nodiscard]] std::optional<Answer> act(
        const std::string& method, const std::string& path, const Query& query);
    [[nodiscard]] static bool is_event_path(std::string_view path);
    /// Serves events until either side ends it: as an event stream, or on the web socket.
    void stream(ProviderConnection& connection, const ProviderRequest& request);

private:
    struct Event {
        std::string name = {};
        std::string data = {}; ///< JSON
    };

    [[nodiscard]] Answer list();
    [[nodiscard]] Answer list_grabs(bool in_subscriptions) const;
    [[nodiscard]] Answer terminate(
        const std::string& method, const std::string& id, const std::string& reason);
    [[nodiscard]] Answer stop_transcode(const std::string& id);
    /// As it goes over the event stream.
    [[nodiscard]] std::string text_of(const Event& event) const;
    void pass_time();
    void emit(const std::string& event, const std::string& data);
    [[nodiscard]] bool wait_until(const std::function<bool()>& condition) const;

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    Script script_ = {};
    std::vector<PmsViewer> viewers_ = {};
    std::vector<PmsGrab> grabs_ = {};
    std::vector<std::string> ends_ = {};
    std::vector<Event> events_ = {};
    std::size_t lists_ = 0;
    std::size_t listeners_ = 0;
    std::uint64_t cuts_ = 0;
    int next_key_ = 12;
};

} // namespace plex_tuner::testing
