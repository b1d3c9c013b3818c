// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fake_pms_answer.hpp"
#include "fake_pms_sessions.hpp"
#include "fake_pms_tuner.hpp"
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

struct PmsMapping {
    std::string channel_key = {};
    std::string device_identifier = {};
    std::string lineup_identifier = {};
};

struct PmsDevice {
    int key = 0;
    std::string device_id = {};
    std::string uri = {};
    std::string make = "Silicondust";
    std::string title = {};
    int tuners = 2;
    bool listed = true;                         ///< false while discovery goes on
    std::vector<PmsTunerChannel> channels = {}; ///< of the last scan
    std::vector<PmsMapping> map = {};           ///< of what is enabled
    bool alive = true;                          ///< the server reached it when it last looked

    [[nodiscard]] std::string uuid() const {
        return "device://tv.plex.grabbers.hdhomerun/" + device_id;
    }
};

struct PmsDvr {
    int key = 0;
    std::vector<int> devices = {};
    std::vector<std::string> lineups = {};   ///< decoded ids
    std::vector<PmsGuideChannel> guide = {}; ///< empty: not loaded
    std::string activity = {};               ///< uuid of the running load; empty: none
    int polls_left = 0;                      ///< until the guide is there
};

struct PmsLibrary {
    int key = 0;
    std::string type = {};
    std::string title = {};
    std::string agent = {};
    std::string scanner = {};
    std::vector<std::string> locations = {};
    std::map<std::string, std::string> preferences = {};
    std::vector<std::string> scans = {}; ///< paths; empty: of all
    int files = 0;                       ///< that the last of them found
};

/// A Plex Media Server as far as Live TV and libraries go: what protocols 9 says, on a real socket,
/// with a server's own quirks. It fetches what it is told of from the tuners themselves. Time in it
/// is counted in questions, so that tests need not wait: "after so many polls".
class FakePms {
public:
    enum class Encoding { as_asked, xml, json };

    struct Script {
        Encoding encoding = Encoding::as_asked;
        PmsJsonStyle json = {};
        std::string path_prefix = {};
        std::string token = "pms-t0ken-5f2c";
        /// Device lists between telling it of a tuner and its being listed.
        int discovery_polls = 2;
        /// The ways of telling it of a tuner that this build has.
        bool has_grabber_path = true;
        bool has_devices_path = true;
        bool discover_takes_uri = false; ///< 1.43 does not
        bool changes_uris = true;        ///< PUT …/devices/<key>?uri=
        /// Questions for activities or channels between a reload and the loaded guide.
        int guide_polls = 3;
        bool shows_activities = true;
        /// So many first channel maps are taken, answered with success, and forgotten.
        int forgotten_maps = 0;
        std::string refused_channel = {}; ///< number that no map brings in
        /// In front of what the server takes for a path: what it runs in has a root of its own.
        std::string file_root = {};
        /// What a new library has.
        std::map<std::string, std::string> preferences = {{"enableBIFGeneration", "1"},
            {"enableIntroMarkerGeneration", "1"}, {"enableCreditsMarkerGeneration", "true"},
            {"enableAdMarkerGeneration", "0"}, {"hidden", "0"}};
        bool puts_preferences = true;         ///< else PUT is answered with success and forgotten
        std::string stubborn_preference = {}; ///< stays whatever anybody says
    };

    /// A change at which the server goes down: the request is not answered, and those after it get
    /// what a starting server says.
    struct Restart {
        std::string request; ///< the beginning of "PUT /media/grabbers/devices/1/channelmap"
        bool done = false;   ///< the change was made before it went down
        std::vector<int> answers = {503, 503, 404, 401};
    };

    FakePms() : FakePms(Script{}) {}

    explicit FakePms(Script script);

    [[nodiscard]] std::string url() const { return server_.url(script_.path_prefix); }

    [[nodiscard]] std::uint16_t port() const { return server_.port(); }

    [[nodiscard]] const std::string& token() const { return script_.token; }

    /// For paths that this does not know; those below are in files of their own.
    [[nodiscard]] ScriptedProvider& server() { return server_; }

    // What a person, or time, does to it.
    void change(const std::function<void(Script&)>& edit);
    void answer_next(std::vector<int> statuses); ///< 0: the connection is reset
    void restart_at(Restart restart);
    int add_device(const std::string& device_id, const std::string& uri, const std::string& make,
        const std::string& title);
    int add_dvr(int device, const std::string& lineup);
    void remove_dvr(int key);
    void move_device(const std::string& device_id, const std::string& uri);
    void set_alive(const std::string& device_id, bool alive);
    void forget_map(const std::string& device_id);
    void forget_guides(); ///< as after a new start of the server
    int add_library(const std::string& type, const std::string& title, const std::string& location);

    /// Who watches, what is done about it, and events.
    [[nodiscard]] FakePmsSessions& sessions() { return sessions_; }

    // What it has.
    [[nodiscard]] std::vector<PmsDevice> devices() const;
    [[nodiscard]] std::vector<PmsDvr> dvrs() const;
    [[nodiscard]] std::vector<PmsLibrary> libraries() const;
    [[nodiscard]] std::optional<PmsDevice> device(const std::string& device_id) const;
    [[nodiscard]] std::optional<PmsDvr> dvr_of(const std::string& device_id) const;
    /// "PUT /path?query" of everything but GET so far.
    [[nodiscard]] std::vector<std::string> changes() const;
    [[nodiscard]] std::vector<std::string> requests() const; ///< all, the same way
    void forget_requests();
    /// Requests that had the token in the address.
    [[nodiscard]] int tokens_in_addresses() const;

private:
    struct Request {
        std::string method;
        std::string path; ///< decoded, behind the prefix
        std::vector<std::pair<std::string, std::string>> query;

        /// The last value of a key: that is the one that counts.
        [[nodiscard]] std::string value(std::string_view key) const;
    };

    struct Answer {
        int status = 200;
        std::optional<PmsNode> container = {}; ///< none: an empty page
        std::string activity = {};
    };

    void serve(ProviderConnection& connection, const ProviderRequest& request);
    /// False: the request is for events, which go on for as long as somebody listens.
    [[nodiscard]] bool answer(ProviderConnection& connection, const ProviderRequest& request);
    [[nodiscard]] std::optional<int> next_status(const std::string& what, bool after);
    [[nodiscard]] Answer act(const Request& request);
    [[nodiscard]] Answer act_on_devices(const Request& request, std::string_view rest);
    [[nodiscard]] Answer act_on_dvrs(const Request& request, std::string_view rest);
    [[nodiscard]] Answer act_on_lineups(const Request& request, PmsDvr& dvr);
    [[nodiscard]] Answer take_device(const std::string& uri);
    [[nodiscard]] Answer create_dvr(const Request& request);
    [[nodiscard]] Answer act_on_libraries(const Request& request, std::string_view rest);
    [[nodiscard]] Answer create_library(const Request& request);
    [[nodiscard]] Answer act_on_preferences(const Request& request, PmsLibrary& library);
    [[nodiscard]] Answer scan(const Request& request, PmsLibrary& library) const;
    [[nodiscard]] Answer list_devices();
    [[nodiscard]] Answer list_activities();
    [[nodiscard]] Answer channel_map(const Request& request);
    [[nodiscard]] Answer set_map(PmsDevice& device, const Request& request);
    [[nodiscard]] PmsNode node_of(const PmsDevice& device) const;
    [[nodiscard]] PmsNode node_of(const PmsDvr& dvr) const;
    [[nodiscard]] PmsDevice* find_device(std::string_view key_or_uuid);
    [[nodiscard]] PmsDvr* find_dvr(std::string_view key);
    void load_guide(PmsDvr& dvr);
    void poll_guides();
    void send(ProviderConnection& connection, const ProviderRequest& request, Answer answer) const;

    mutable std::mutex mutex_;
    Script script_;
    std::vector<PmsDevice> devices_ = {};
    std::vector<PmsDvr> dvrs_ = {};
    std::vector<PmsLibrary> libraries_ = {};
    std::vector<int> next_statuses_ = {};
    std::optional<Restart> restart_ = {};
    std::map<int, int> discovery_; ///< device key: lists until it shows
    std::vector<std::string> requests_ = {};
    int tokens_in_addresses_ = 0;
    int next_key_ = 101;
    FakePmsSessions sessions_;
    ScriptedProvider server_; ///< last: it stops before the state goes
};

} // namespace plex_tuner::testing
