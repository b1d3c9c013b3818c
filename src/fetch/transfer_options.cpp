// SPDX-License-Identifier: GPL-3.0-or-later
// The libcurl side of TransferJob: options and callbacks.
#include "fetch_core.hpp"
#include "transfer_job.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <string>
#include <system_error>
#include <utility>

#include <sys/socket.h>

namespace plex_tuner::fetch {

namespace {

/// One recv of this size; libcurl hands it on in pieces of 16 KiB.
constexpr long kReceiveBuffer = 256 * 1024;
/// Of media: a gathering transfer is read twice when it is waited for, for each has such a buffer.
constexpr long kMediaReceiveBuffer = Transfer::kGathered / 2;
/// libcurl takes 0 for "five minutes"; this is how "no limit" is said.
constexpr long kNoConnectLimit = 24L * 3600 * 1000;

/// libcurl percent-encodes the non-ASCII bytes of a path, which a signed URL does not survive.
bool needs_raw_target(const Url& url) noexcept {
    return std::ranges::any_of(
        url.path(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

/// The request target as it stands in the URL: from the path to the fragment, or for a proxy all up
/// to the fragment, which origin servers have to understand too (RFC 9112 section 3.2).
std::string raw_target(const Url& bare, bool absolute) {
    const auto path = static_cast<std::size_t>(bare.path().data() - bare.text().data());
    const std::size_t begin = absolute ? 0 : path;
    return bare.text().substr(begin, bare.text().find('#', path) - begin);
}

bool is_loopback(std::string_view host) noexcept {
    return ascii::iequals(host, "localhost") || host.starts_with("127.") || host == "::1";
}

} // namespace

bool TransferJob::configure() {
    easy_ = core_.take_handle();
    CURL* const easy = easy_.get();
    if (easy == nullptr) {
        return false;
    }
    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_.data());
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE,
        request_.accept_compressed ? kReceiveBuffer : kMediaReceiveBuffer);
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP200ALIASES, core_.shoutcast_aliases());
    // A name server that does not answer must not hold up the fetch thread when we give up first.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    // Media gets a connection of its own, so that closing it touches nothing else.
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
        request_.accept_compressed ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1);
    // libcurl divides this limit among the addresses of a host, which a timer of ours could not.
    const auto connect = request_.limits.connect.count();
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
        connect > 0 && connect < kNoConnectLimit ? static_cast<long>(connect) : kNoConnectLimit);

    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &TransferJob::header_callback);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &TransferJob::write_callback);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &TransferJob::request_callback);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &TransferJob::socket_callback);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);

    if (jar_ != nullptr) {
        curl_easy_setopt(easy, CURLOPT_SHARE, jar_->share());
    }
    curl_easy_setopt(easy, CURLOPT_COOKIEFILE, ""); // cookies on, read from no file
    curl_easy_setopt(easy, CURLOPT_USERAGENT, core_.options().user_agent.c_str());
    if (!core_.options().ca_bundle.empty()) {
        const std::string& store = core_.options().ca_bundle;
        const bool as_directory = core_.has_ca_directory();
        curl_easy_setopt(easy, CURLOPT_CAINFO, as_directory ? nullptr : store.c_str());
        curl_easy_setopt(easy, CURLOPT_CAPATH, as_directory ? store.c_str() : nullptr);
    }
    switch (request_.method) {
    case Method::get:
        break;
    case Method::head:
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
        break;
    case Method::put:
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "PUT");
        break;
    case Method::post:
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "POST");
        break;
    case Method::remove:
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "DELETE");
        break;
    }
    if (request_.body) {
        // Before the verb is set anew: this alone would make it POST.
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
            static_cast<curl_off_t>(request_.body->bytes.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body->bytes.c_str());
    }
    if (request_.range) {
        const auto& [first, last] = *request_.range;
        const std::string range =
            std::to_string(first) + "-" +
            (last == std::numeric_limits<std::uint64_t>::max() ? "" : std::to_string(last));
        curl_easy_setopt(easy, CURLOPT_RANGE, range.c_str());
    }
    return true;
}

Result<void> TransferJob::configure_hop() {
    auto plan = plan_hop(request_, url_);
    if (!plan) {
        return fail(std::move(plan).error().with_context(url_.redacted()));
    }
    CURL* const easy = easy_.get();
    header_list_.clear();
    for (const std::string& line : plan->header_lines) {
        header_list_.append(line);
    }
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, header_list_.get());
    curl_easy_setopt(easy, CURLOPT_COOKIE, plan->cookie.empty() ? nullptr : plan->cookie.c_str());
    curl_easy_setopt(easy, CURLOPT_USERNAME, plan->basic ? plan->basic->user.c_str() : nullptr);
    curl_easy_setopt(
        easy, CURLOPT_PASSWORD, plan->basic ? plan->basic->password.reveal().c_str() : nullptr);
    // The proxy of the environment is for the outside world.
    const bool outside = !is_loopback(url_.host());
    curl_easy_setopt(easy, CURLOPT_PROXY, outside ? nullptr : "");
    const Url bare = url_.without_userinfo();
    const bool proxied = outside && core_.options().has_http_proxy && bare.is_scheme("http");
    curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET,
        needs_raw_target(bare) ? raw_target(bare, proxied).c_str() : nullptr);
    if (curl_easy_setopt(easy, CURLOPT_URL, bare.text().c_str()) != CURLE_OK) {
        return fail(ErrorCode::invalid_argument, "the address is too long: " + url_.redacted());
    }
    return {};
}

std::size_t TransferJob::header_callback(
    char* data, std::size_t /*one*/, std::size_t size, void* user) noexcept {
    auto* self = static_cast<TransferJob*>(user);
    try {
        return self->on_header_line({data, size}) ? size : 0;
    } catch (...) {
        return 0;
    }
}

std::size_t TransferJob::write_callback(
    char* data, std::size_t /*one*/, std::size_t size, void* user) noexcept {
    auto* self = static_cast<TransferJob*>(user);
    try {
        return self->on_body({data, size});
    } catch (...) {
        return 0;
    }
}

int TransferJob::request_callback(void* user, char*, char*, int, int) noexcept {
    auto* self = static_cast<TransferJob*>(user);
    try {
        self->watch(Phase::waiting_for_header, self->request_.limits.first_byte);
        return CURL_PREREQFUNC_OK;
    } catch (...) {
        return CURL_PREREQFUNC_ABORT;
    }
}

curl_socket_t TransferJob::socket_callback(
    void* user, curlsocktype /*purpose*/, curl_sockaddr* address) noexcept {
    // As libcurl would, but no child process inherits it.
    const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd < 0) {
        static_cast<TransferJob*>(user)->socket_errno_ = errno; // libcurl does not keep it
    }
    return fd;
}

} // namespace plex_tuner::fetch
