// SPDX-License-Identifier: GPL-3.0-or-later
// Jellyfin and Emby have one API, that of the program both descend from, with small differences.
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/secret.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/fetch/client.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::plex {

namespace asio = boost::asio;

enum class EmbyKind { jellyfin, emby };

/// "Jellyfin", "Emby"
[[nodiscard]] std::string_view to_string(EmbyKind kind) noexcept;

/// A tuner as the server knows it (TunerHostInfo).
struct EmbyTuner {
    std::string id = {}; ///< empty: the server has none of it yet
    std::string url = {};
    std::string type = "hdhomerun";
    std::string device_id = {};
    std::string friendly_name = {};
    std::string record = {}; ///< JSON as the server gave it: what we do not know stays as it is
};

/// A guide (ListingsProviderInfo).
struct EmbyGuide {
    std::string id = {};
    std::string type = "xmltv";
    std::string path = {}; ///< URL or file
    bool is_for_all_tuners = false;
    std::vector<std::string> tuners = {}; ///< ids; of interest where it is not for all
    std::string record = {};
};

struct EmbyLiveTv {
    std::vector<EmbyTuner> tuners = {};
    std::vector<EmbyGuide> guides = {};
};

struct EmbyChannel {
    std::string number = {};
    std::string name = {};
    bool has_programme = false; ///< one is on now
};

/// The task that reads lineups and guides.
struct EmbyGuideTask {
    std::string id = {};
    bool is_running = false;
    std::string ended = {};  ///< when it last did, as the server writes it; empty: never
    std::string status = {}; ///< "Completed", "Failed", …: of that time
};

/// Somebody who plays a channel.
struct EmbySession {
    std::string id = {};
    std::string channel_number = {};
    std::string channel_name = {};
    std::string client = {}; ///< program
    std::string device = {};
    std::string device_id = {};
    std::string address = {};
    bool is_paused = false;
    /// Of the client, when it last said what it does: a number that grows with each. None: never.
    std::optional<std::int64_t> last_report = {};
    std::string live_stream = {}; ///< id; empty: it is not said
};

struct EmbyServerOptions {
    EmbyKind kind = EmbyKind::jellyfin;
    Url url; ///< scheme, host, port and path prefix are kept; no query, no fragment
    Secret api_key;
    std::string version; ///< ours
    std::chrono::milliseconds timeout{30'000};
    /// How long a server that is starting or cannot be reached is asked again.
    std::chrono::milliseconds patience{120'000};
    std::chrono::milliseconds first_pause{250};   ///< doubles up to 16-fold
    std::function<void(const Error&)> on_pause{}; ///< did not answer, and is asked again

    explicit EmbyServerOptions(Url u) : url(std::move(u)) {}
};

/// The API of a Jellyfin or Emby server. The key goes into headers and nowhere else.
class EmbyServer {
public:
    EmbyServer(fetch::Client& client, EmbyServerOptions options)
        : client_(client), options_(std::move(options)) {}

    [[nodiscard]] std::string_view name() const noexcept { return to_string(options_.kind); }

    [[nodiscard]] asio::awaitable<Result<EmbyLiveTv>> live_tv();
    /// Makes it where it has no id. Not asked again by itself: it would be there twice.
    [[nodiscard]] asio::awaitable<Result<void>> set_tuner(EmbyTuner tuner);
    [[nodiscard]] asio::awaitable<Result<void>> set_guide(EmbyGuide guide);
    [[nodiscard]] asio::awaitable<Result<EmbyGuideTask>> guide_task();
    [[nodiscard]] asio::awaitable<Result<void>> start_task(std::string id);
    /// All that it shows, of all its tuners.
    [[nodiscard]] asio::awaitable<Result<std::vector<EmbyChannel>>> channels();
    /// Those that play a channel.
    [[nodiscard]] asio::awaitable<Result<std::vector<EmbySession>>> sessions();
    /// Tells its client, which may not be there any more, to stop, and closes the live stream where
    /// one is named: the server counts who has it, so a stream is closed once for each.
    [[nodiscard]] asio::awaitable<Result<void>> end_session(EmbySession session);

private:
    struct Call {
        fetch::Method method = fetch::Method::get;
        std::string path;
        std::string json = {}; ///< body; empty: none
    };

    [[nodiscard]] asio::awaitable<Result<std::string>> ask(Call call);
    [[nodiscard]] asio::awaitable<Result<std::string>> ask_patiently(Call call);
    [[nodiscard]] Error status_error(int status) const;

    fetch::Client& client_;
    EmbyServerOptions options_;
};

} // namespace plex_tuner::plex
