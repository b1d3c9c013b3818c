// SPDX-License-Identifier: GPL-3.0-or-later
#include "scripted_provider.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace plex_tuner::testing {

namespace {

constexpr std::chrono::milliseconds kStep{20}; // how soon a stop is noticed

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

std::string head(int status, const std::vector<std::string>& headers, bool keep = false) {
    std::string text = "HTTP/1.1 " + std::to_string(status) +
                       " Scripted\r\nConnection: " + (keep ? "keep-alive" : "close") + "\r\n";
    for (const std::string& header : headers) {
        text += header + "\r\n";
    }
    return text + "\r\n";
}

std::string length_header(std::size_t size) {
    return "Content-Length: " + std::to_string(size);
}

bool send_paced(ProviderConnection& connection, std::string_view bytes,
    std::size_t bytes_per_second, std::size_t& sent, std::chrono::steady_clock::time_point begin) {
    constexpr std::size_t kPiece = 188 * 64;
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, kPiece);
        if (!connection.send(piece)) {
            return false;
        }
        sent += piece.size();
        bytes.remove_prefix(piece.size());
        if (bytes_per_second > 0) {
            const auto due = begin + std::chrono::microseconds(sent * 1'000'000 / bytes_per_second);
            const auto ahead = std::chrono::duration_cast<std::chrono::milliseconds>(
                due - std::chrono::steady_clock::now());
            if (ahead.count() > 0 && !connection.wait(ahead)) {
                return false;
            }
        }
    }
    return true;
}

} // namespace

std::string ProviderRequest::header(const std::string& lower_case_name) const {
    const auto found = headers.find(lower_case_name);
    return found == headers.end() ? std::string() : found->second;
}

bool ProviderConnection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        if (stopping_) {
            return false;
        }
        pollfd waiting{descriptor_, POLLOUT, 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(kStep.count()));
        if (ready == 0) {
            continue;
        }
        const ssize_t sent =
            ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (errno == EAGAIN || errno == EINTR) {
                continue;
            }
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool ProviderConnection::wait_until_closed() {
    while (!stopping_) {
        pollfd waiting{descriptor_, POLLIN | POLLRDHUP, 0};
        if (::poll(&waiting, 1, static_cast<int>(kStep.count())) > 0) {
            char byte = 0;
            if (::recv(descriptor_, &byte, 1, MSG_DONTWAIT) <= 0) {
                return true;
            }
        }
    }
    return false;
}

bool ProviderConnection::wait(std::chrono::milliseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (!stopping_) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            until - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            return true;
        }
        pollfd waiting{descriptor_, POLLRDHUP, 0};
        if (::poll(&waiting, 1, static_cast<int>(std::min(left, kStep).count())) > 0) {
            return false;
        }
    }
    return false;
}

void ProviderConnection::reset() {
    const linger hard{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

ScriptedProvider::ScriptedProvider(const std::string& where) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    socklen_t size = sizeof address;
    if (::inet_pton(AF_INET, where.c_str(), &address.sin_addr) != 1 ||
        ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, 256) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::system_error(errno, std::generic_category(), "provider");
    }
    port_ = ntohs(address.sin_port);
    accepter_ = std::thread([this] { accept_loop(); });
}

ScriptedProvider::~ScriptedProvider() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    accepter_.join();
    ::close(listener_);
    for (std::thread& connection : connections_) {
        connection.join();
    }
}

void ScriptedProvider::on(const std::string& path, Behaviour behaviour) {
    const std::scoped_lock lock(mutex_);
    behaviours_[path] = std::move(behaviour);
}

void ScriptedProvider::accept_loop() {
    while (!stopping_) {
        const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno == EINTR || errno == ECONNABORTED) {
                continue;
            }
            return;
        }
        connections_.emplace_back([this, descriptor] { serve(descriptor); });
        const std::scoped_lock lock(mutex_);
        ++connection_count_;
    }
}

void ScriptedProvider::serve(int descriptor) {
    const Socket socket(descriptor);
    while (serve_request(socket, descriptor)) {
    }
}

bool ScriptedProvider::serve_request(const Socket& socket, int descriptor) {
    std::string bytes;
    while (bytes.find("\r\n\r\n") == std::string::npos) {
        const std::string more = socket.receive(65536, kStep);
        if (more.empty()) {
            pollfd waiting{descriptor, POLLRDHUP, 0};
            if (stopping_ || ::poll(&waiting, 1, 0) > 0) {
                return false;
            }
        }
        bytes += more;
    }
    ProviderRequest request;
    std::size_t begin = 0;
    for (std::size_t end = bytes.find("\r\n"); end != begin; end = bytes.find("\r\n", begin)) {
        const std::string line = bytes.substr(begin, end - begin);
        if (begin == 0) {
            const std::size_t first = line.find(' ');
            const std::size_t last = line.rfind(' ');
            request.method = line.substr(0, first);
            request.target = line.substr(first + 1, last - first - 1);
        } else if (const std::size_t colon = line.find(':'); colon != std::string::npos) {
            request.headers.emplace(
                lower(line.substr(0, colon)), line.substr(line.find_first_not_of(' ', colon + 1)));
        }
        begin = end + 2;
    }
    request.at = std::chrono::steady_clock::now();
    request.body = bytes.substr(begin + 2);
    const std::string length = request.header("content-length");
    while (request.body.size() < (length.empty() ? 0 : std::stoul(length))) {
        const std::string more = socket.receive(65536, kStep);
        if (more.empty()) {
            pollfd waiting{descriptor, POLLRDHUP, 0};
            if (stopping_ || ::poll(&waiting, 1, 0) > 0) {
                return false;
            }
        }
        request.body += more;
    }
    Behaviour behaviour;
    {
        const std::scoped_lock lock(mutex_);
        requests_.push_back(request);
        std::size_t& most = most_open_[request.path()];
        most = std::max(most, ++open_[request.path()]);
        const Behaviour* const found = behaviour_of(request.path());
        behaviour = found == nullptr ? behave::status(404) : *found;
        changed_.notify_all();
    }
    ProviderConnection connection(descriptor, stopping_);
    behaviour(connection, request);
    const std::scoped_lock lock(mutex_);
    --open_[request.path()];
    changed_.notify_all();
    return connection.kept();
}

std::size_t ScriptedProvider::connections() const {
    const std::scoped_lock lock(mutex_);
    return connection_count_;
}

const Behaviour* ScriptedProvider::behaviour_of(const std::string& path) const {
    if (const auto exact = behaviours_.find(path); exact != behaviours_.end()) {
        return &exact->second;
    }
    for (std::size_t end = path.rfind('/'); end != std::string::npos && end > 0;
        end = path.rfind('/', end - 1)) {
        if (const auto below = behaviours_.find(path.substr(0, end + 1));
            below != behaviours_.end()) {
            return &below->second;
        }
    }
    return nullptr;
}

std::vector<ProviderRequest> ScriptedProvider::requests(const std::string& path) const {
    const std::scoped_lock lock(mutex_);
    std::vector<ProviderRequest> out;
    std::ranges::copy_if(requests_, std::back_inserter(out),
        [&](const ProviderRequest& r) { return r.path() == path; });
    return out;
}

std::size_t ScriptedProvider::open(const std::string& path) const {
    const std::scoped_lock lock(mutex_);
    const auto found = open_.find(path);
    return found == open_.end() ? 0 : found->second;
}

std::size_t ScriptedProvider::most_open(const std::string& path) const {
    const std::scoped_lock lock(mutex_);
    const auto found = most_open_.find(path);
    return found == most_open_.end() ? 0 : found->second;
}

bool ScriptedProvider::wait_for_requests(
    const std::string& path, std::size_t times, std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] {
        return std::ranges::count_if(requests_, [&](const ProviderRequest& r) {
            return r.path() == path;
        }) >= static_cast<std::ptrdiff_t>(times);
    });
}

bool ScriptedProvider::wait_until_idle(
    const std::string& path, std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] {
        const auto found = open_.find(path);
        return found == open_.end() || found->second == 0;
    });
}

namespace behave {

Behaviour content(std::string body, std::string type, std::vector<std::string> headers) {
    headers.push_back("Content-Type: " + type);
    headers.push_back(length_header(body.size()));
    return [body = std::move(body), headers = std::move(headers)](
               ProviderConnection& connection, const ProviderRequest& request) {
        connection.send(head(200, headers));
        if (request.method != "HEAD") {
            connection.send(body);
        }
    };
}

Behaviour content_kept(std::string body, std::string type) {
    std::vector<std::string> headers{"Content-Type: " + type, length_header(body.size())};
    return [body = std::move(body), headers = std::move(headers)](
               ProviderConnection& connection, const ProviderRequest&) {
        if (connection.send(head(200, headers, true) + body)) {
            connection.keep();
        }
    };
}

Behaviour status(int code, std::vector<std::string> headers, std::string body) {
    headers.push_back(length_header(body.size()));
    return [code, headers = std::move(headers), body = std::move(body)](
               ProviderConnection& connection, const ProviderRequest&) {
        connection.send(head(code, headers) + body);
    };
}

Behaviour redirect(std::string location, int code, std::vector<std::string> headers) {
    headers.push_back("Location: " + std::move(location));
    headers.push_back(length_header(0));
    return [code, headers = std::move(headers)](
               ProviderConnection& connection, const ProviderRequest&) {
        connection.send(head(code, headers));
    };
}

Behaviour validated(std::string body, std::string etag) {
    return [body = std::move(body), etag = std::move(etag)](
               ProviderConnection& connection, const ProviderRequest& request) {
        if (request.header("if-none-match") == etag) {
            connection.send(head(304, {"ETag: " + etag}));
        } else {
            connection.send(head(200, {"ETag: " + etag, length_header(body.size())}) + body);
        }
    };
}

Behaviour cut(std::string body, std::size_t bytes) {
    return [body = std::move(body), bytes](ProviderConnection& connection, const ProviderRequest&) {
        connection.send(head(200, {length_header(body.size())}) + body.substr(0, bytes));
    };
}

Behaviour stall(std::string body, std::size_t bytes) {
    return [body = std::move(body), bytes](ProviderConnection& connection, const ProviderRequest&) {
        connection.send(head(200, {length_header(body.size())}) + body.substr(0, bytes));
        connection.wait_until_closed();
    };
}

Behaviour silent() {
    return [](ProviderConnection& connection, const ProviderRequest&) {
        connection.wait_until_closed();
    };
}

Behaviour endless_header() {
    return [](ProviderConnection& connection, const ProviderRequest&) {
        connection.send("HTTP/1.1 200 OK\r\n");
        const std::string line = "X-Filler: " + std::string(1000, 'x') + "\r\n";
        while (connection.send(line)) {
        }
    };
}

Behaviour sequence(std::vector<Behaviour> steps) {
    auto next = std::make_shared<std::atomic<std::size_t>>(0);
    return [steps = std::move(steps), next](
               ProviderConnection& connection, const ProviderRequest& request) {
        const std::size_t step = std::min(next->fetch_add(1), steps.size() - 1);
        steps[step](connection, request);
    };
}

Behaviour endless(std::string clip, std::size_t bytes_per_second) {
    auto shared = std::make_shared<const std::string>(std::move(clip));
    return [shared, bytes_per_second](ProviderConnection& connection, const ProviderRequest&) {
        if (!connection.send(head(200, {"Content-Type: video/mp2t"}))) {
            return;
        }
        std::size_t sent = 0;
        const auto begin = std::chrono::steady_clock::now();
        while (send_paced(connection, *shared, bytes_per_second, sent, begin)) {
        }
    };
}

Behaviour stream_once(std::string body, std::size_t bytes_per_second) {
    auto shared = std::make_shared<const std::string>(std::move(body));
    return [shared, bytes_per_second](ProviderConnection& connection, const ProviderRequest&) {
        std::size_t sent = 0;
        if (connection.send(head(200, {"Content-Type: video/mp2t"}))) {
            send_paced(
                connection, *shared, bytes_per_second, sent, std::chrono::steady_clock::now());
        }
    };
}

} // namespace behave

} // namespace plex_tuner::testing
