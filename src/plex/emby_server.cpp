// SPDX-License-Identifier: GPL-3.0-or-later
#include "emby_records.hpp"
#include "patience.hpp"

#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/plex/server.hpp>

#include <utility>

namespace plex_tuner::plex {

namespace {

using fetch::Method;

/// Thousands of channels with their programmes are a tenth of it.
constexpr std::size_t kMaxAnswer = std::size_t{64} << 20;
constexpr std::size_t kMaxServersWords = 200;

/// The beginning of what the server says of an error, on one line.
std::string words_of(std::string_view body) {
    std::string words;
    for (const char c : body.substr(0, kMaxServersWords)) {
        words += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return words.starts_with('<') ? std::string() : words; // a page
}

} // namespace

std::string_view to_string(EmbyKind kind) noexcept {
    return kind == EmbyKind::jellyfin ? "Jellyfin" : "Emby";
}

Error EmbyServer::status_error(int status) const {
    std::string text = "status " + std::to_string(status);
    if (status == 401 || status == 403) {
        text += ": the server does not take the API key, or it is not an administrator's; "
                "PLEX_TUNER_" +
                std::string(options_.kind == EmbyKind::jellyfin ? "JELLYFIN" : "EMBY") +
                "_TOKEN has to be one of its API keys";
    } else if (status == 503) {
        text += ": the server is starting";
    } else if (status >= 300 && status < 400) {
        text += ": the address of the server is another one";
    }
    return Error::from_http_status(status, std::move(text));
}

asio::awaitable<Result<std::string>> EmbyServer::ask(Call call) {
    std::string_view base = options_.url.text();
    while (base.ends_with('/')) {
        base.remove_suffix(1);
    }
    const char* const verb = call.method == Method::get ? " GET " : " POST ";
    const std::string what =
        std::string(name()) + ":" + verb + call.path.substr(0, call.path.find('?'));
    auto url = Url::parse(std::string(base) + call.path);
    if (!url) {
        co_return fail_with(std::move(url), what);
    }
    fetch::Request request(std::move(*url));
    request.method = call.method;
    // Versions differ in which of the two they read.
    request.headers = {{"Accept", "application/json"},
        {"Authorization", "MediaBrowser Client=\"plex-tuner\", Device=\"plex-tuner\", "
                          "DeviceId=\"plex-tuner\", Version=\"" +
                              options_.version + "\", Token=\"" + options_.api_key.reveal() + "\""},
        {"X-Emby-Token", options_.api_key.reveal()}};
    if (!call.json.empty()) {
        request.body = fetch::RequestBody{"application/json", std::move(call.json)};
    }
    request.max_redirects = 0; // the key is for this server alone
    request.limits.first_byte = options_.timeout;
    request.limits.total = options_.timeout;
    auto response = co_await client_.get(std::move(request), kMaxAnswer);
    if (!response) {
        co_return fail(std::move(response).error().with_context(what));
    }
    const int status = response->head.status;
    if (status != 200 && status != 204) {
        Error error = status_error(status);
        if (const std::string words = words_of(response->body); status >= 400 && !words.empty()) {
            error = Error::from_http_status(status, error.message() + " (" + words + ")");
        }
        co_return fail(std::move(error).with_context(what));
    }
    co_return std::move(response->body);
}

asio::awaitable<Result<std::string>> EmbyServer::ask_patiently(Call call) {
    co_return co_await ask_until_answered<std::string>([&] { return ask(call); }, is_passing,
        {.whole = options_.patience,
            .first_pause = options_.first_pause,
            .on_pause = options_.on_pause});
}

asio::awaitable<Result<EmbyLiveTv>> EmbyServer::live_tv() {
    auto whole = co_await ask_patiently({.path = "/System/Configuration/livetv"});
    if (whole) {
        co_return read_emby_live_tv(*whole);
    }
    if (whole.error().http_status() != 404) {
        co_return std::unexpected(std::move(whole).error());
    }
    auto tuners = co_await ask_patiently({.path = "/LiveTv/TunerHosts"});
    if (!tuners) {
        co_return std::unexpected(std::move(tuners).error());
    }
    auto guides = co_await ask_patiently({.path = "/LiveTv/ListingProviders"});
    if (!guides) {
        co_return std::unexpected(std::move(guides).error());
    }
    auto read_tuners = read_emby_tuners(*tuners);
    auto read_guides = read_emby_guides(*guides);
    if (!read_tuners || !read_guides) {
        co_return fail(read_tuners ? read_guides.error() : read_tuners.error());
    }
    co_return EmbyLiveTv{.tuners = std::move(*read_tuners), .guides = std::move(*read_guides)};
}

asio::awaitable<Result<void>> EmbyServer::set_tuner(EmbyTuner tuner) {
    auto done = co_await ask(
        {.method = Method::post, .path = "/LiveTv/TunerHosts", .json = emby_json(tuner)});
    co_return done ? Result<void>() : std::unexpected(std::move(done).error());
}

asio::awaitable<Result<void>> EmbyServer::set_guide(EmbyGuide guide) {
    auto done = co_await ask({.method = Method::post,
        .path = "/LiveTv/ListingProviders?validateListings=false&validateLogin=false",
        .json = emby_json(guide)});
    co_return done ? Result<void>() : std::unexpected(std::move(done).error());
}

asio::awaitable<Result<EmbyGuideTask>> EmbyServer::guide_task() {
    auto tasks = co_await ask_patiently({.path = "/ScheduledTasks"});
    if (!tasks) {
        co_return std::unexpected(std::move(tasks).error());
    }
    co_return read_emby_guide_task(*tasks);
}

asio::awaitable<Result<void>> EmbyServer::start_task(std::string id) {
    auto done = co_await ask_patiently(
        {.method = Method::post, .path = "/ScheduledTasks/Running/" + percent::encode(id)});
    co_return done ? Result<void>() : std::unexpected(std::move(done).error());
}

asio::awaitable<Result<std::vector<EmbySession>>> EmbyServer::sessions() {
    auto list = co_await ask_patiently({.path = "/Sessions"});
    if (!list) {
        co_return std::unexpected(std::move(list).error());
    }
    co_return read_emby_sessions(*list);
}

asio::awaitable<Result<void>> EmbyServer::end_session(EmbySession session) {
    // What of it is no more is answered with 404, and is what is wanted.
    const auto is_done = [](const Result<std::string>& answer) {
        return answer || answer.error().http_status() == 404;
    };
    auto told = co_await ask({.method = Method::post,
        .path = "/Sessions/" + percent::encode(session.id) + "/Playing/Stop"});
    auto closed = Result<std::string>{};
    if (!session.live_stream.empty()) {
        closed = co_await ask({.method = Method::post,
            .path = "/LiveStreams/Close?liveStreamId=" + percent::encode(session.live_stream)});
    }
    for (auto* const answer : {&told, &closed}) {
        if (!is_done(*answer)) {
            co_return std::unexpected(std::move(*answer).error());
        }
    }
    co_return Result<void>{};
}

asio::awaitable<Result<std::vector<EmbyChannel>>> EmbyServer::channels() {
    auto list = co_await ask_patiently(
        {.path =
                "/LiveTv/Channels?addCurrentProgram=true&enableUserData=false&enableImages=false"});
    if (!list) {
        co_return std::unexpected(std::move(list).error());
    }
    co_return read_emby_channels(*list);
}

} // namespace plex_tuner::plex
