// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline_wire.hpp"

#include <vector>

namespace plex_tuner::testing {
namespace {

constexpr std::int64_t kTicksPerMicrosecond = 27;
constexpr std::size_t kMicroseconds = 1'000'000;

Behaviour behaviour_of(const step::Answer& answer, const ProviderRequest& request) {
    using Kind = step::Answer::Kind;
    switch (answer.kind) {
    case Kind::status: {
        std::vector<std::string> headers;
        if (answer.retry_after) {
            headers.push_back("Retry-After: " + std::to_string(*answer.retry_after));
        }
        return behave::status(answer.status, std::move(headers));
    }
    case Kind::html:
        return behave::content(
            "<!DOCTYPE html><html><body>Access denied</body></html>", "text/html");
    case Kind::json:
        return behave::content(R"({"error":"stream is offline"})", "application/json");
    case Kind::empty:
        return behave::content("", "video/mp2t");
    case Kind::redirect:
        break;
    }
    return behave::redirect(answer.target.empty() ? request.path() : answer.target, answer.status);
}

} // namespace

void send_answer(
    ProviderConnection& connection, const ProviderRequest& request, const step::Answer& answer) {
    behaviour_of(answer, request)(connection, request);
}

bool send_stream_head(ProviderConnection& connection) {
    return connection.send(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: video/mp2t\r\n\r\n");
}

std::chrono::steady_clock::time_point Pacer::due(std::int64_t time, std::size_t sent) const {
    if (pace_.bits_per_second > 0) {
        return begin_ + std::chrono::microseconds(sent * 8 * kMicroseconds / pace_.bits_per_second);
    }
    if (pace_.times > 0) {
        const auto media = static_cast<double>((time - begin_time_) / kTicksPerMicrosecond);
        return begin_ + std::chrono::microseconds(static_cast<std::int64_t>(media / pace_.times));
    }
    return begin_;
}

bool wait_until(ProviderConnection& connection, std::chrono::steady_clock::time_point due) {
    const auto ahead =
        std::chrono::ceil<std::chrono::milliseconds>(due - std::chrono::steady_clock::now());
    return ahead.count() <= 0 || connection.wait(ahead);
}

bool stall(ProviderConnection& connection, const step::Stall& stall) {
    if (stall.time) {
        return connection.wait(*stall.time);
    }
    connection.wait_until_closed();
    return false;
}

} // namespace plex_tuner::testing
