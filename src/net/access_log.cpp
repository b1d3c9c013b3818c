// SPDX-License-Identifier: GPL-3.0-or-later
#include "access_log.hpp"

#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/base/utf8.hpp>

namespace plex_tuner::net {

namespace {

constexpr std::size_t kMaxLoggedTarget = 300;
constexpr std::size_t kMaxLoggedAgent = 120;

std::string shortened(std::string_view text, std::size_t limit) {
    std::string out(utf8::truncate(text, limit));
    if (out.size() < text.size()) {
        out += "…";
    }
    return out;
}

} // namespace

std::string loggable_target(const Request& request) {
    // Url::redacted knows secrets in queries and path segments, but wants an absolute URL.
    constexpr std::string_view kOrigin = "http://h";
    if (request.target.starts_with('/')) {
        if (const auto url = Url::parse(std::string(kOrigin) + request.target)) {
            const std::string redacted = url->redacted();
            if (redacted.starts_with(kOrigin)) {
                return shortened(
                    std::string_view(redacted).substr(kOrigin.size()), kMaxLoggedTarget);
            }
        }
    }
    return shortened(redact_text(request.target), kMaxLoggedTarget);
}

void log_access(const log::Logger& logger, const Request& request, const AccessRecord& record) {
    if (!logger.enabled(log::Level::debug)) {
        return;
    }
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(record.duration).count();
    logger.debug("request",
        {{"request", request.id}, {"method", to_string(request.method)},
            {"path", loggable_target(request)}, {"status", record.status},
            {"bytes", record.body_bytes}, {"duration_ms", milliseconds},
            {"remote", request.remote_address},
            {"user_agent",
                shortened(request.headers.find("User-Agent").value_or(""), kMaxLoggedAgent)}});
}

} // namespace plex_tuner::net
