// SPDX-License-Identifier: GPL-3.0-or-later
#include "file_origin.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <stdexcept>
#include <string_view>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plex_tuner::bench {

namespace {

using Clock = std::chrono::steady_clock;

bool send_all(int connection, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

/// Until all is lower case: names of header fields are.
std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return text;
}

std::uint64_t number_at(std::string_view text, std::uint64_t otherwise) {
    std::from_chars(text.data(), text.data() + text.size(), otherwise);
    return otherwise;
}

} // namespace

FileOrigin::FileOrigin() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    // The socket API takes every family by the same pointer.
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, generic, &size) != 0) {
        throw std::runtime_error("no port for the origin");
    }
    port_ = ntohs(address.sin_port);
    accepter_ = std::thread([this] { accept_all(); });
}

FileOrigin::~FileOrigin() {
    ::shutdown(listener_, SHUT_RDWR);
    accepter_.join();
    {
        const std::scoped_lock lock(mutex_);
        for (const int connection : open_) {
            ::shutdown(connection, SHUT_RDWR);
        }
    }
    for (std::thread& thread : threads_) {
        thread.join();
    }
    ::close(listener_);
    for (const auto& [name, file] : files_) {
        ::close(file.descriptor);
    }
}

void FileOrigin::add(const std::string& name, const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status{};
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0) {
        throw std::runtime_error("cannot serve " + file.string());
    }
    files_[name] = {descriptor, static_cast<std::uint64_t>(status.st_size)};
}

std::string FileOrigin::url(const std::string& name) const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/" + name;
}

FileOrigin::Counts FileOrigin::counts() const {
    return {.requests = requests_, .connections = connections_, .bytes = bytes_};
}

void FileOrigin::accept_all() {
    for (int connection = 0;
        (connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
        ++connections_;
        const std::scoped_lock lock(mutex_);
        open_.push_back(connection);
        threads_.emplace_back([this, connection] {
            serve(connection);
            const std::scoped_lock closing(mutex_);
            open_.remove(connection);
            ::close(connection);
        });
    }
}

void FileOrigin::serve(int connection) {
    // sendfile(2) to somebody who has gone: the error is enough.
    sigset_t broken_pipe{};
    ::sigemptyset(&broken_pipe);
    ::sigaddset(&broken_pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    const int yes = 1;
    ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    std::this_thread::sleep_for(std::chrono::milliseconds(latency_)); // of the handshake
    std::string received;
    std::array<char, 4096> part{};
    for (;;) {
        const std::size_t end = received.find("\r\n\r\n");
        if (end == std::string::npos) {
            const ssize_t got = ::recv(connection, part.data(), part.size(), 0);
            if (got <= 0) {
                return;
            }
            received.append(part.data(), static_cast<std::size_t>(got));
            continue;
        }
        const std::string request = lower(received.substr(0, end + 2));
        received.erase(0, end + 4);
        ++requests_;
        std::this_thread::sleep_for(std::chrono::milliseconds(latency_));
        if (!answer(connection, request)) {
            return;
        }
    }
}

std::string FileOrigin::listing() const {
    std::string page = "<html><body><h1>Index of /</h1><pre>\n";
    for (const auto& [name, file] : files_) {
        page += "<a href=\"" + name + "\">" + name + "</a>\n";
    }
    return page + "</pre></body></html>\n";
}

bool FileOrigin::answer(int connection, const std::string& request) {
    const std::size_t begin = request.find(' ') + 2;
    const std::string name = request.substr(begin, request.find(' ', begin) - begin);
    const bool head_only = request.starts_with("head");
    if (name.empty()) {
        const std::string page = listing();
        return send_all(
            connection, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " +
                            std::to_string(page.size()) + "\r\n\r\n" + (head_only ? "" : page));
    }
    const auto found = files_.find(name);
    if (found == files_.end()) {
        return send_all(connection, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
    }
    const File& file = found->second;
    std::uint64_t first = 0;
    std::uint64_t last = file.size - 1;
    constexpr std::string_view kRange = "\r\nrange: bytes=";
    const std::size_t range = request.find(kRange);
    std::string head = "HTTP/1.1 200 OK\r\n";
    if (range != std::string::npos) {
        const std::string_view text = std::string_view(request).substr(range + kRange.size());
        const std::size_t dash = text.find('-');
        first = number_at(text, 0);
        last = std::min(last, number_at(text.substr(dash + 1), last));
        if (first > last) {
            return send_all(connection, "HTTP/1.1 416 No\r\nContent-Length: 0\r\n\r\n");
        }
        head = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + std::to_string(first) +
               "-" + std::to_string(last) + "/" + std::to_string(file.size) + "\r\n";
    }
    head += "Content-Type: video/x-matroska\r\nAccept-Ranges: bytes\r\nETag: \"1\"\r\n"
            "Last-Modified: Tue, 02 Jan 2024 03:04:05 GMT\r\nContent-Length: " +
            std::to_string(last - first + 1) + "\r\n\r\n";
    return send_all(connection, head) &&
           (head_only || send_body(connection, file, first, last + 1));
}

bool FileOrigin::send_body(
    int connection, const File& file, std::uint64_t begin, std::uint64_t end) {
    constexpr std::uint64_t kPiece = std::uint64_t{64} * 1024;
    const std::uint64_t pace = pace_;
    if (pace > 0) {
        // What is under way counts as sent: not more of it than a real line holds.
        const int small = 128 * 1024;
        ::setsockopt(connection, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    }
    const auto begun = Clock::now();
    auto offset = static_cast<off_t>(begin);
    while (static_cast<std::uint64_t>(offset) < end) {
        const std::uint64_t left = end - static_cast<std::uint64_t>(offset);
        const ssize_t sent = ::sendfile(
            connection, file.descriptor, &offset, pace > 0 ? std::min(left, kPiece) : left);
        if (sent <= 0) {
            return false;
        }
        bytes_ += static_cast<std::uint64_t>(sent);
        if (pace > 0) {
            const std::uint64_t so_far = static_cast<std::uint64_t>(offset) - begin;
            std::this_thread::sleep_until(
                begun + std::chrono::microseconds(so_far * 1'000'000 / pace));
        }
    }
    return true;
}

} // namespace plex_tuner::bench
