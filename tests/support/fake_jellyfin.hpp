// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "scripted_provider.hpp"

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace plex_tuner::testing {

/// A Jellyfin or Emby server as far as Live TV goes, on a real socket, as their public API
/// descriptions have it. It asks tuners and guides itself, has a tuner twice that is told of twice,
/// and knows channels only once its task has run. Time in it is counted in questions.
class FakeJellyfin {
public:
    struct Script {
        /// Emby: the configuration is in two lists, channels call their number "Number".
        bool is_emby = false;
        std::string path_prefix = {};
        std::string api_key = "jf-k3y-91ab";
        /// Only one of the two headers is read: versions differ.
        bool reads_authorization = true;
        bool reads_emby_token = true;
        int task_polls = 3; ///< questions for tasks until the guide is read
        bool task_fails = false;
        bool takes_guides = true; ///< else it answers 200 and forgets them
    };

    FakeJellyfin() : FakeJellyfin(Script{}) {}

    explicit FakeJellyfin(Script script);

    [[nodiscard]] std::string url() const { return server_.url(script_.path_prefix); }

    [[nodiscard]] const std::string& api_key() const { return script_.api_key; }

    // What a person, or time, does to it.
    void answer_next(std::vector<int> statuses); ///< 0: the change is made, then it goes down
    void add_tuner(nlohmann::json tuner);
    void add_guide(nlohmann::json guide);
    void remove_tuner(const std::string& device_id);
    void move_tuner(const std::string& device_id, const std::string& url);
    void forget_channels();
    /// Somebody plays a channel, and reports so many times (-1: for as long as it plays) before it
    /// is gone without a word. Gives the id of the session, which stays.
    std::string play(const std::string& number, const std::string& name, int reports);

    // What it has.
    [[nodiscard]] std::vector<nlohmann::json> tuners() const;
    [[nodiscard]] std::vector<nlohmann::json> guides() const;
    [[nodiscard]] std::vector<std::string> playing() const; ///< ids of sessions
    [[nodiscard]] std::size_t session_lists() const;        ///< that were asked for
    /// "POST /path" so far, without GET.
    [[nodiscard]] std::vector<std::string> changes() const;
    void forget_requests();
    [[nodiscard]] int keys_in_addresses() const;

private:
    struct Channel {
        std::string number;
        std::string name;
        bool has_programme = false;
    };

    struct Session {
        std::string id;
        std::string number;
        std::string name;
        int reports_left = -1;
        int reports = 0;
    };

    struct Answer {
        int status = 200;
        nlohmann::json body = {};
    };

    void serve(ProviderConnection& connection, const ProviderRequest& request);
    [[nodiscard]] bool is_known(const ProviderRequest& request) const;
    [[nodiscard]] Answer act(const ProviderRequest& request, const std::string& path);
    [[nodiscard]] Answer set_tuner(nlohmann::json tuner);
    [[nodiscard]] Answer set_guide(nlohmann::json guide);
    [[nodiscard]] nlohmann::json tasks();
    [[nodiscard]] nlohmann::json channels() const;
    [[nodiscard]] nlohmann::json sessions();
    [[nodiscard]] int end_session(const ProviderRequest& request, const std::string& path);
    void read_all();
    [[nodiscard]] std::string new_id();

    mutable std::mutex mutex_;
    Script script_;
    std::vector<nlohmann::json> tuners_;
    std::vector<nlohmann::json> guides_;
    std::vector<Channel> channels_;
    std::vector<Session> sessions_;
    std::size_t session_lists_ = 0;
    std::vector<std::string> changes_;
    std::vector<int> next_statuses_;
    int keys_in_addresses_ = 0;
    int task_polls_left_ = 0;
    int task_runs_ = 0;
    int ids_ = 0;
    ScriptedProvider server_; ///< last: it stops before the state goes
};

} // namespace plex_tuner::testing
