// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/secret.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/plex/event_stream.hpp>
#include <plex_tuner/plex/library.hpp>
#include <plex_tuner/plex/records.hpp>
#include <plex_tuner/plex/sessions.hpp>

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::plex {

namespace asio = boost::asio;

struct ServerOptions {
    Url url; ///< scheme, host, port and path prefix are kept; no query, no fragment
    Secret token;
    std::string version; ///< ours
    std::chrono::milliseconds timeout{30'000};
    /// How long a server that is starting or cannot be reached is asked again. What a server that
    /// is up answers too (401, 404) it may answer while it starts: that is asked again a few times.
    std::chrono::milliseconds patience{120'000};
    std::chrono::milliseconds first_pause{250}; ///< before it is asked again; doubles up to 16-fold
    std::function<void(const Error&)> on_pause{}; ///< did not answer, and is asked again

    explicit ServerOptions(Url u) : url(std::move(u)) {}
};

/// Whether the server may do later what it did not do now: it is starting, or out of reach.
[[nodiscard]] bool is_passing(const Error& error) noexcept;

/// The API of a Plex Media Server. The token goes into a header and nowhere else; answers are read
/// as JSON or XML, whatever the server chooses. A refusal in an answer with status 200 is an error.
///
/// Questions, and changes that may be made twice, are asked again while the server is starting. The
/// others (marked once) fail then: look at what the server has, and decide.
class Server {
public:
    Server(fetch::Client& client, ServerOptions options)
        : client_(client), options_(std::move(options)) {}

    /// Needs no token.
    [[nodiscard]] asio::awaitable<Result<ServerIdentity>> identity();
    [[nodiscard]] asio::awaitable<Result<ServerAbout>> about();
    /// Settings of the server itself.
    [[nodiscard]] asio::awaitable<Result<std::vector<Preference>>> preferences();
    [[nodiscard]] asio::awaitable<Result<Present>> present();
    [[nodiscard]] asio::awaitable<Result<std::vector<Device>>> devices();
    [[nodiscard]] asio::awaitable<Result<std::vector<Dvr>>> dvrs();
    [[nodiscard]] asio::awaitable<Result<Dvr>> dvr(std::string key);

    /// The ways of telling it of a tuner, best first; which of them works depends on its version.
    enum class Registration { grabber, devices, discover };
    static constexpr Registration kRegistrations[] = {
        Registration::grabber, Registration::devices, Registration::discover};
    /// Once. Success says little: look for the device.
    [[nodiscard]] asio::awaitable<Result<void>> register_device(
        Registration how, std::string base_url);
    [[nodiscard]] asio::awaitable<Result<void>> set_device_uri(std::string key, std::string uri);
    [[nodiscard]] asio::awaitable<Result<void>> remove_device(std::string key);
    /// Replaces the whole map; too_large when it does not fit a request.
    [[nodiscard]] asio::awaitable<Result<void>> set_channel_map(
        std::string device_key, std::span<const ChannelMapping> mappings);

    /// Once.
    [[nodiscard]] asio::awaitable<Result<void>> create_dvr(
        std::string device_uuid, std::string lineup_id);
    [[nodiscard]] asio::awaitable<Result<void>> remove_dvr(std::string key);
    [[nodiscard]] asio::awaitable<Result<void>> add_lineup(
        std::string dvr_key, std::string lineup_id);
    [[nodiscard]] asio::awaitable<Result<void>> remove_lineup(
        std::string dvr_key, std::string lineup_id);
    /// Gives the uuid of the activity, or nothing when the server does not say.
    [[nodiscard]] asio::awaitable<Result<std::string>> reload_guide(std::string dvr_key);
    /// What could be shown on each channel of a tuner. None, or a not_found error, as long as the
    /// guide is not loaded.
    [[nodiscard]] asio::awaitable<Result<std::vector<ChannelMapping>>> channel_map(
        std::string device_uuid, std::string lineup_id);
    /// The uuids of what it is working on.
    [[nodiscard]] asio::awaitable<Result<std::vector<std::string>>> activities();

    [[nodiscard]] asio::awaitable<Result<std::vector<Library>>> libraries();
    /// Once. Of `wanted` a library with one location.
    [[nodiscard]] asio::awaitable<Result<void>> create_library(WantedLibrary wanted);
    [[nodiscard]] asio::awaitable<Result<std::vector<Preference>>> library_preferences(
        std::string key);
    /// Versions differ in which of the two methods they take.
    [[nodiscard]] asio::awaitable<Result<void>> set_library_preferences(
        std::string key, std::vector<Preference> preferences, fetch::Method method);
    /// Begins to look for new files: all, or below `path` as the server sees it.
    [[nodiscard]] asio::awaitable<Result<void>> scan_library(std::string key, std::string path);

    /// All that is played, Live TV or not.
    [[nodiscard]] asio::awaitable<Result<std::vector<PlaySession>>> sessions();
    /// Once. Success also where there is no such transcode: look whether the session is gone.
    [[nodiscard]] asio::awaitable<Result<void>> stop_transcode(std::string id);
    /// Once. By PlaySession::session_id; the client shows `reason`. Needs a Plex Pass.
    [[nodiscard]] asio::awaitable<Result<void>> terminate_session(
        std::string id, std::string reason);
    /// What it uses tuners for.
    [[nodiscard]] asio::awaitable<Result<std::vector<GrabOperation>>> grabs();
    [[nodiscard]] asio::awaitable<Result<void>> release_grab(std::string id);
    /// Begins to listen to what it tells of itself.
    [[nodiscard]] asio::awaitable<Result<EventStream>> events();

private:
    struct Answer;
    struct Call;
    [[nodiscard]] asio::awaitable<Result<Answer>> ask(Call call);
    [[nodiscard]] asio::awaitable<Result<Answer>> ask_patiently(Call call);
    [[nodiscard]] asio::awaitable<Result<void>> change(Call call);
    [[nodiscard]] asio::awaitable<Result<void>> remove(std::string path);
    [[nodiscard]] fetch::HeaderList headers() const;
    [[nodiscard]] Result<fetch::Request> request_for(
        const Call& call, const std::string& what) const;

    fetch::Client& client_;
    ServerOptions options_;
};

} // namespace plex_tuner::plex
