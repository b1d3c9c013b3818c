// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/state/coordination.hpp>

#include <cstddef>

namespace plex_tuner::state {

namespace {

constexpr std::string_view kScheme = "redis://";
constexpr std::string_view kTlsScheme = "rediss://";
constexpr int kMaxDatabase = 1'000'000;

[[nodiscard]] std::unexpected<Error> wrong(std::string_view what) {
    return fail(ErrorCode::invalid_argument,
        "the address of Redis: " + std::string(what) +
            "; it looks like redis://[[user]:password@]host[:port][/database]");
}

/// "host", "host:port", "[v6]", "[v6]:port"
[[nodiscard]] bool read_place(std::string_view text, RedisAddress& address) {
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) {
            return false;
        }
        address.host = text.substr(1, end - 1);
        port = text.substr(end + 1);
    } else {
        const std::size_t colon = text.find(':');
        address.host = text.substr(0, colon);
        port = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
    }
    if (!port.empty()) {
        const auto number = port.front() == ':'
                                ? ascii::parse_integer<std::uint16_t>(port.substr(1))
                                : std::nullopt;
        if (!number || *number == 0) {
            return false;
        }
        address.port = *number;
    }
    return !address.host.empty() &&
           address.host.find_first_of(" \t\r\n\"'\\?#") == std::string::npos;
}

} // namespace

Result<RedisAddress> RedisAddress::parse(std::string_view url) {
    if (url.starts_with(kTlsScheme)) {
        return fail(ErrorCode::unsupported,
            "rediss:// is not supported: this program speaks no TLS to Redis; use redis:// within "
            "a network you trust, or through a tunnel such as stunnel");
    }
    if (!url.starts_with(kScheme)) {
        return wrong("it does not begin with redis://");
    }
    std::string_view rest = url.substr(kScheme.size());
    RedisAddress address;
    // A password may hold what it likes: the last @ ends it.
    if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
        const std::string_view who = rest.substr(0, at);
        const std::size_t colon = who.find(':');
        if (colon == std::string_view::npos) {
            return wrong("there is a user without a password");
        }
        address.user = percent::decode(who.substr(0, colon));
        address.password = Secret(percent::decode(who.substr(colon + 1)));
        if (!address.user.empty() && address.password.empty()) {
            return wrong("there is a user without a password");
        }
        rest = rest.substr(at + 1);
    }
    const std::size_t slash = rest.find('/');
    if (slash != std::string_view::npos && slash + 1 < rest.size()) {
        const auto database = ascii::parse_integer<int>(rest.substr(slash + 1));
        if (!database || *database < 0 || *database > kMaxDatabase) {
            return wrong("what follows the host is not the number of a database");
        }
        address.database = *database;
    }
    if (!read_place(rest.substr(0, slash), address)) {
        return wrong("host or port are not such");
    }
    return address;
}

std::string RedisAddress::text() const {
    std::string out = host.contains(':') ? "[" + host + "]" : host;
    out += ":" + std::to_string(port);
    return database == 0 ? out : out + "/" + std::to_string(database);
}

std::string_view to_string(CoordinationState::Phase phase) noexcept {
    switch (phase) {
    case CoordinationState::Phase::alone:
        return "alone";
    case CoordinationState::Phase::returning:
        return "returning";
    case CoordinationState::Phase::together:
        return "together";
    }
    return "unknown";
}

} // namespace plex_tuner::state
