// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfer_error.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/redact.hpp>

#include <cerrno>
#include <system_error>

namespace plex_tuner::fetch {

namespace {

std::string host_and_port(const Url& url) {
    const std::string host(url.host());
    const bool is_ipv6 = host.contains(':');
    return (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(url.port());
}

/// What libcurl says beyond its code, as a suffix.
std::string because(CURLcode code, const FailureContext& context) {
    std::string_view detail = ascii::trim(context.detail);
    if (detail.empty()) {
        detail = curl_easy_strerror(code);
    }
    return ": " + redact_text(detail);
}

Error connect_error(CURLcode code, const FailureContext& context) {
    const std::string where = host_and_port(context.url);
    const std::string suffix = " (" + context.url.redacted() + ")";
    if (context.os_errno == ECONNREFUSED) {
        return {ErrorCode::network, where + " refuses connections" + suffix};
    }
    if (context.os_errno == EMFILE || context.os_errno == ENFILE) {
        return {ErrorCode::network,
            "no file descriptor is free for a connection to " + where +
                "; raise the limit of open files with ulimit -n, or LimitNOFILE= of the service" +
                suffix};
    }
    if (context.os_errno != 0) {
        return {ErrorCode::network, "cannot connect to " + where + ": " +
                                        std::generic_category().message(context.os_errno) + suffix};
    }
    return {ErrorCode::network, "cannot connect to " + where + because(code, context) + suffix};
}

} // namespace

std::string duration_text(std::chrono::milliseconds duration) {
    const auto ms = duration.count();
    return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

Error transfer_error(CURLcode code, const FailureContext& context) {
    const std::string url = context.url.redacted();
    const std::string host(context.url.host());
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return {ErrorCode::network, "the name " + host + " cannot be resolved (" + url +
                                        "); check the address and the DNS server"};
    case CURLE_COULDNT_RESOLVE_PROXY:
        return {ErrorCode::network, "the proxy for " + url + " cannot be resolved"};
    case CURLE_COULDNT_CONNECT:
        return connect_error(code, context);
    case CURLE_OPERATION_TIMEDOUT:
        return {ErrorCode::timeout,
            "no connection within " + duration_text(context.connect_limit) + " to " + url};
    case CURLE_PEER_FAILED_VERIFICATION:
        return {ErrorCode::network,
            "the TLS certificate of " + host_and_port(context.url) + " is not accepted" +
                because(code, context) +
                "; if its authority is your own, name it with PLEX_TUNER_CA_BUNDLE (" + url + ")"};
    case CURLE_SSL_CACERT_BADFILE:
        return {ErrorCode::network,
            "the certificates to check TLS servers with cannot be read" + because(code, context) +
                "; install ca-certificates or name a PEM bundle with PLEX_TUNER_CA_BUNDLE (" + url +
                ")"};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
        return {ErrorCode::network, "the TLS handshake with " + host_and_port(context.url) +
                                        " failed" + because(code, context) + " (" + url + ")"};
    case CURLE_PARTIAL_FILE:
        return {
            ErrorCode::network, "the answer was cut" + because(code, context) + " (" + url + ")"};
    case CURLE_GOT_NOTHING:
        return {ErrorCode::network,
            host_and_port(context.url) + " closed the connection without an answer (" + url + ")"};
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
        return {ErrorCode::network, host_and_port(context.url) + " does not answer with HTTP" +
                                        because(code, context) + " (" + url + ")"};
    case CURLE_URL_MALFORMAT:
        return {ErrorCode::invalid_argument,
            "the address cannot be used" + because(code, context) + " (" + url + ")"};
    case CURLE_OUT_OF_MEMORY:
        // libcurl's answer to a single header line beyond 100 KiB.
        if (context.place == HopPlace::waiting_for_header) {
            return {ErrorCode::too_large, "a line of the response header is endless (" + url + ")"};
        }
        return {ErrorCode::internal, "out of memory in the transfer of " + url};
    default:
        break;
    }
    switch (context.place) {
    case HopPlace::connecting:
        return {ErrorCode::network, "cannot connect" + because(code, context) + " (" + url + ")"};
    case HopPlace::waiting_for_header:
        return {ErrorCode::network,
            "the connection broke before the answer" + because(code, context) + " (" + url + ")"};
    case HopPlace::in_body:
        return {ErrorCode::network,
            "the connection broke in the body" + because(code, context) + " (" + url + ")"};
    }
    return {ErrorCode::internal, "unknown transfer state"};
}

} // namespace plex_tuner::fetch
