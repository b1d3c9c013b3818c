// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_map_query.hpp"
#include "patience.hpp"
#include "read_records.hpp"
#include "server_call.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>

#include <utility>

namespace plex_tuner::plex {

namespace {

using fetch::Method;

/// Fourteen tuners with thousands of channels each are a tenth of it.
constexpr std::size_t kMaxAnswer = std::size_t{64} << 20;
/// So often 401 and 404 are taken for a server that has not read its own state yet.
constexpr int kDoubts = 4;
constexpr std::size_t kMaxMessage = 300;

constexpr std::string_view kDevices = "/media/grabbers/devices";
constexpr std::string_view kGrabberDevices = "/media/grabbers/tv.plex.grabbers.hdhomerun/devices";
constexpr std::string_view kDvrs = "/livetv/dvrs";

std::string_view name_of(Method method) {
    switch (method) {
    case Method::get:
        return "GET";
    case Method::head:
        return "HEAD";
    case Method::put:
        return "PUT";
    case Method::post:
        return "POST";
    case Method::remove:
        return "DELETE";
    }
    return "";
}

/// A transport error names the whole address, which with a channel map in it is no line to read.
Error shortened(Error error) {
    if (error.message().size() <= kMaxMessage) {
        return error;
    }
    std::string message = error.message().substr(0, kMaxMessage) + "…";
    return Error(error.code(), std::move(message));
}

Error status_error(int status) {
    std::string text = "status " + std::to_string(status);
    if (status == 401) {
        text += ": the server does not take the token; PLEX_TUNER_PMS_TOKEN has to be its "
                "X-Plex-Token";
    } else if (status == 503) {
        text += ": the server is starting or under maintenance";
    } else if (status >= 300 && status < 400) {
        text += ": the address of the server is another one";
    }
    return Error::from_http_status(status, std::move(text));
}

bool is_doubtful(const Error& error) {
    return error.http_status() == 401 || error.http_status() == 404;
}

} // namespace

bool is_passing(const Error& error) noexcept {
    if (error.http_status()) {
        const int status = *error.http_status();
        return status == 502 || status == 503 || status == 504;
    }
    return error.code() == ErrorCode::network || error.code() == ErrorCode::timeout;
}

fetch::HeaderList Server::headers() const {
    fetch::HeaderList headers{{"Accept", "application/json"}, {"X-Plex-Product", "plex-tuner"},
        {"X-Plex-Version", options_.version}, {"X-Plex-Platform", "Linux"},
        {"X-Plex-Device-Name", "plex-tuner"}, {"X-Plex-Client-Identifier", "plex-tuner"}};
    if (!options_.token.empty()) {
        headers.emplace_back("X-Plex-Token", options_.token.reveal());
    }
    return headers;
}

Result<fetch::Request> Server::request_for(const Call& call, const std::string& what) const {
    std::string_view base = options_.url.text();
    while (base.ends_with('/')) {
        base.remove_suffix(1);
    }
    const std::string text =
        std::string(base) + call.path + (call.query.empty() ? "" : "?" + call.query);
    if (text.size() > Url::kMaxBytes) {
        return fail(ErrorCode::too_large,
            what + ": it does not fit a request; divide the lineup among tuners");
    }
    auto url = Url::parse(text);
    if (!url) {
        return fail_with(std::move(url), what);
    }
    fetch::Request request(std::move(*url));
    request.method = call.method;
    request.headers = headers();
    request.max_redirects = 0; // the token is for this server alone
    request.limits.first_byte = options_.timeout;
    request.limits.total = options_.timeout;
    return request;
}

asio::awaitable<Result<Server::Answer>> Server::ask(Call call) {
    const std::string what = "Plex: " + std::string(name_of(call.method)) + " " + call.path;
    auto request = request_for(call, what);
    if (!request) {
        co_return std::unexpected(std::move(request).error());
    }
    auto response = co_await client_.get(std::move(*request), kMaxAnswer);
    if (!response) {
        co_return fail(shortened(std::move(response).error()).with_context(what));
    }
    const int status = response->head.status;
    if (status != 200 && status != 201 && status != 204) {
        co_return fail(status_error(status).with_context(what));
    }
    auto container = read_container(response->body);
    if (!container) {
        // What an action says beside its status is often a page, and of no interest.
        const bool is_question = call.method == Method::get;
        if (is_question || container.error().code() != ErrorCode::parse) {
            co_return fail(shortened(std::move(container).error()).with_context(what));
        }
        container = Element{};
    }
    Answer answer{.container = std::move(*container)};
    if (const auto activity = response->head.header("X-Plex-Activity")) {
        answer.activity = *activity;
    }
    answer.date = response->head.header("Date").value_or("");
    co_return answer;
}

asio::awaitable<Result<Server::Answer>> Server::ask_patiently(Call call) {
    int doubts = 0;
    const auto may_pass = [&](const Error& error) {
        const bool missing = call.may_be_missing && error.http_status() == 404;
        return is_passing(error) || (!missing && is_doubtful(error) && doubts++ < kDoubts);
    };
    co_return co_await ask_until_answered<Answer>([&] { return ask(call); }, may_pass,
        {.whole = options_.patience,
            .first_pause = options_.first_pause,
            .on_pause = options_.on_pause});
}

asio::awaitable<Result<void>> Server::change(Call call) {
    auto answer = co_await ask_patiently(std::move(call));
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Server::remove(std::string path) {
    auto answer = co_await ask_patiently(
        {.method = Method::remove, .path = std::move(path), .may_be_missing = true});
    if (!answer && answer.error().http_status() != 404) {
        co_return std::unexpected(std::move(answer).error());
    }
    co_return Result<void>{};
}

asio::awaitable<Result<ServerIdentity>> Server::identity() {
    auto answer = co_await ask_patiently({.path = "/identity"});
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    ServerIdentity identity = read_identity(answer->container);
    if (identity.machine_identifier.empty()) {
        co_return fail(
            ErrorCode::parse, options_.url.redacted() + " answers, but is no Plex Media Server");
    }
    co_return identity;
}

asio::awaitable<Result<ServerAbout>> Server::about() {
    auto answer = co_await ask_patiently({.path = "/"});
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    ServerAbout about = read_about(answer->container);
    about.date = std::move(answer->date);
    co_return about;
}

asio::awaitable<Result<std::vector<Preference>>> Server::preferences() {
    auto answer = co_await ask_patiently({.path = "/:/prefs", .may_be_missing = true});
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    co_return read_preferences(answer->container);
}

asio::awaitable<Result<std::vector<Device>>> Server::devices() {
    auto answer = co_await ask_patiently({.path = std::string(kDevices)});
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    co_return read_devices(answer->container);
}

asio::awaitable<Result<Present>> Server::present() {
    auto all = co_await devices();
    if (!all) {
        co_return std::unexpected(std::move(all).error());
    }
    auto recorders = co_await dvrs();
    if (!recorders) {
        co_return std::unexpected(std::move(recorders).error());
    }
    co_return Present{.devices = std::move(*all), .dvrs = std::move(*recorders)};
}

asio::awaitable<Result<std::vector<Dvr>>> Server::dvrs() {
    auto answer = co_await ask_patiently({.path = std::string(kDvrs)});
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    co_return read_dvrs(answer->container);
}

asio::awaitable<Result<Dvr>> Server::dvr(std::string key) {
    auto answer = co_await ask_patiently({.path = path_of(kDvrs, key)});
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    auto dvrs = read_dvrs(answer->container);
    if (dvrs.empty()) {
        co_return fail(ErrorCode::not_found, "Plex: the DVR " + key + " is gone");
    }
    co_return std::move(dvrs.front());
}

asio::awaitable<Result<void>> Server::register_device(Registration how, std::string base_url) {
    std::string path(kDevices);
    if (how == Registration::grabber) {
        path = kGrabberDevices;
    } else if (how == Registration::discover) {
        path += "/discover";
    }
    auto answer = co_await ask({.method = Method::post,
        .path = std::move(path),
        .query = "uri=" + percent::encode(base_url)});
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Server::set_device_uri(std::string key, std::string uri) {
    const std::string query = "uri=" + percent::encode(uri);
    auto changed = co_await change({.method = Method::put,
        .path = path_of(kDevices, key),
        .query = query,
        .may_be_missing = true});
    if (!changed && changed.error().http_status() == 404) {
        changed = co_await change({.method = Method::put,
            .path = path_of(kGrabberDevices, key),
            .query = query,
            .may_be_missing = true});
    }
    co_return changed;
}

asio::awaitable<Result<void>> Server::remove_device(std::string key) {
    co_return co_await remove(path_of(kDevices, key));
}

asio::awaitable<Result<void>> Server::set_channel_map(
    std::string device_key, std::span<const ChannelMapping> mappings) {
    co_return co_await change({.method = Method::put,
        .path = path_of(kDevices, device_key) + "/channelmap",
        .query = channel_map_query(mappings)});
}

asio::awaitable<Result<void>> Server::create_dvr(std::string device_uuid, std::string lineup_id) {
    auto answer = co_await ask({.method = Method::post,
        .path = std::string(kDvrs),
        .query = "language=eng&device=" + percent::encode(device_uuid) +
                 "&lineup=" + percent::encode(lineup_id)});
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Server::remove_dvr(std::string key) {
    co_return co_await remove(path_of(kDvrs, key));
}

asio::awaitable<Result<void>> Server::add_lineup(std::string dvr_key, std::string lineup_id) {
    co_return co_await change({.method = Method::put,
        .path = path_of(kDvrs, dvr_key) + "/lineups",
        .query = "lineup=" + percent::encode(lineup_id)});
}

asio::awaitable<Result<void>> Server::remove_lineup(std::string dvr_key, std::string lineup_id) {
    co_return co_await change({.method = Method::remove,
        .path = path_of(kDvrs, dvr_key) + "/lineups",
        .query = "lineup=" + percent::encode(lineup_id)});
}

asio::awaitable<Result<std::string>> Server::reload_guide(std::string dvr_key) {
    auto answer = co_await ask_patiently(
        {.method = Method::post, .path = path_of(kDvrs, dvr_key) + "/reloadGuide"});
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    co_return std::move(answer->activity);
}

asio::awaitable<Result<std::vector<ChannelMapping>>> Server::channel_map(
    std::string device_uuid, std::string lineup_id) {
    auto answer = co_await ask_patiently({.path = "/livetv/epg/channelmap",
        .query = "device=" + percent::encode(device_uuid) + "&lineup=" + percent::encode(lineup_id),
        .may_be_missing = true});
    if (!answer) {
        const auto status = answer.error().http_status();
        if (status == 404 || status == 500) {
            co_return fail(ErrorCode::not_found, answer.error().message());
        }
        co_return std::unexpected(std::move(answer).error());
    }
    co_return read_channel_mappings(answer->container);
}

asio::awaitable<Result<std::vector<std::string>>> Server::activities() {
    auto answer = co_await ask_patiently({.path = "/activities", .may_be_missing = true});
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    co_return read_activities(answer->container);
}

} // namespace plex_tuner::plex
