// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace plex_tuner::testing {

/// How a panel answers one action instead of well.
struct PanelFault {
    int status = 200;
    std::string body = {};    ///< sent instead of the content, unless cut is set
    std::string headers = {}; ///< further header lines, each with CRLF
    std::size_t cut = 0;      ///< above zero: the content, closed after so many bytes of it
    int times = -1;           ///< how often; below zero: until it is mended
};

/// An Xtream panel (protocols 6) on 127.0.0.1 that serves what it is given and misbehaves on
/// demand: one thread per connection, connections kept alive. Its actions are those of
/// player_api.php, "account" for none, and "get.php" and "xmltv.php".
class XtreamPanel {
public:
    XtreamPanel(std::string user, std::string password);
    ~XtreamPanel();
    XtreamPanel(const XtreamPanel&) = delete;
    XtreamPanel& operator=(const XtreamPanel&) = delete;

    /// What an action answers with status 200, and an ETag made of it.
    void set(const std::string& action, std::string body);
    /// get_series_info: a body for an id; an empty one answers as for an unknown series.
    void set_series_info(std::function<std::string(const std::string& id)> make);
    /// get_short_epg: a body for an id; an empty one is a channel without programmes.
    void set_short_guide(std::function<std::string(const std::string& id)> make);
    void fail(const std::string& action, PanelFault fault);
    void mend(const std::string& action);

    void use_etags(bool use) { etags_ = use; }

    /// Every answer waits so long.
    void set_delay(std::chrono::milliseconds delay) { delay_ = delay; }

    /// More requests than that at once: 403 for everything, for the time of the ban.
    void set_limit(int concurrent, std::chrono::milliseconds ban);

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

    [[nodiscard]] std::size_t count(const std::string& action) const;

    [[nodiscard]] std::size_t requests() const { return requests_; }

    [[nodiscard]] std::size_t bytes_sent() const { return bytes_sent_; }

    [[nodiscard]] int most_at_once() const { return most_at_once_; }

    [[nodiscard]] std::size_t bans() const { return bans_; }

    void forget_counts();
    bool wait_for(const std::string& action, std::size_t times,
        std::chrono::milliseconds timeout = std::chrono::seconds(30)) const;

private:
    struct Answer {
        int status = 200;
        std::string headers;
        std::string body;
        std::size_t cut = 0;
    };

    void accept_loop();
    void serve(int descriptor);
    /// False: the connection is over.
    bool answer(int descriptor, const std::string& request);
    [[nodiscard]] Answer answer_to(const std::string& target, const std::string& request);
    [[nodiscard]] bool is_banned();

    std::string user_;
    std::string password_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> etags_{true};
    std::atomic<std::chrono::milliseconds> delay_{std::chrono::milliseconds(0)};
    std::atomic<std::size_t> requests_{0};
    std::atomic<std::size_t> bytes_sent_{0};
    std::atomic<int> at_once_{0};
    std::atomic<int> most_at_once_{0};
    std::atomic<std::size_t> bans_{0};

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::map<std::string, std::string> content_;
    std::map<std::string, PanelFault> faults_;
    std::map<std::string, std::size_t> counts_;
    std::function<std::string(const std::string&)> series_info_;
    std::function<std::string(const std::string&)> short_guide_;
    int limit_ = 0;
    std::chrono::milliseconds ban_{0};
    std::chrono::steady_clock::time_point banned_until_{};
    std::map<int, bool> open_;
    std::list<std::thread> connections_;
    std::thread accepter_;
};

/// One channel, film or series of the lists below.
struct PanelRecord {
    int id = 0;
    std::string name;
    std::string category = "1";
    std::string more; ///< further JSON members, each with a comma in front
};

[[nodiscard]] std::string panel_account(int max_connections = 2);
[[nodiscard]] std::string panel_categories(const std::map<std::string, std::string>& names);
/// `id_name` is "stream_id" or "series_id".
[[nodiscard]] std::string panel_list(
    const std::string& id_name, const std::vector<PanelRecord>& records);

} // namespace plex_tuner::testing
