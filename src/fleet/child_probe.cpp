// SPDX-License-Identifier: GPL-3.0-or-later
#include "child_probe.hpp"

#include <cstdlib>

namespace plex_tuner::fleet {

namespace {

constexpr std::chrono::milliseconds kPatience{2'000};
constexpr std::size_t kMaxAnswer = std::size_t{4} << 20;

asio::awaitable<Result<fetch::Response>> ask(
    fetch::Client& client, const Endpoint& endpoint, const char* path) {
    auto url = Url::parse("http://" + endpoint.host + ":" + std::to_string(endpoint.port) + path);
    if (!url) {
        co_return fail(std::move(url).error());
    }
    fetch::Request request(std::move(*url));
    request.limits.total = kPatience;
    request.max_redirects = 0;
    co_return co_await client.get(std::move(request), kMaxAnswer);
}

} // namespace

std::optional<std::uint64_t> metric_value(std::string_view metrics, std::string_view name) {
    for (std::size_t at = metrics.find(name); at != std::string_view::npos;
        at = metrics.find(name, at + 1)) {
        const bool is_at_begin = at == 0 || metrics[at - 1] == '\n';
        const std::size_t value = at + name.size();
        if (is_at_begin && value < metrics.size() && metrics[value] == ' ') {
            const std::string text(metrics.substr(value + 1, 32));
            char* end = nullptr;
            const double number = std::strtod(text.c_str(), &end); // "1e+06" too
            return end != text.c_str() && number >= 0
                       ? std::optional(static_cast<std::uint64_t>(number))
                       : std::nullopt;
        }
    }
    return std::nullopt;
}

asio::awaitable<ProbeResult> probe_tuner(fetch::Client& client, Endpoint endpoint) {
    ProbeResult result;
    const auto ready = co_await ask(client, endpoint, "/readyz");
    if (!ready) {
        co_return result;
    }
    result.has_answered = true;
    constexpr int kOk = 200;
    result.is_ready = ready->head.status == kOk;
    auto metrics = co_await ask(client, endpoint, "/metrics");
    if (metrics && metrics->head.status == kOk) {
        result.metrics = std::move(metrics->body);
        result.channels = metric_value(result.metrics, "plex_tuner_lineup_channels");
        result.viewers = metric_value(result.metrics, "plex_tuner_viewers");
    }
    co_return result;
}

} // namespace plex_tuner::fleet
