// SPDX-License-Identifier: GPL-3.0-or-later
// A blocking HTTP/1.1 client on a plain POSIX socket, for tests that must misbehave on the wire:
// send bytes one by one, stop reading, half-close, reset. It depends on nothing of the product.
#pragma once

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace plex_tuner::test {

struct RawResponse {
    int status = 0;
    std::string head; ///< status line and fields, with the empty line
    std::string body;
    std::vector<std::pair<std::string, std::string>> fields; ///< names in lower case

    [[nodiscard]] std::optional<std::string> field(std::string_view lower_case_name) const {
        for (const auto& [name, value] : fields) {
            if (name == lower_case_name) {
                return value;
            }
        }
        return std::nullopt;
    }
};

/// Every wait ends after kPatience with an exception, so a broken server fails a test and never
/// hangs it. Not thread-safe.
class RawClient {
public:
    static constexpr std::chrono::seconds kPatience{20};

    /// `host` is numeric. `receive_buffer` bytes (0: the system's choice) bound what the kernel
    /// takes for a client that does not read.
    explicit RawClient(
        std::uint16_t port, const std::string& host = "127.0.0.1", int receive_buffer = 0) {
        const bool v6 = host.find(':') != std::string::npos;
        fd_ = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd_ < 0) {
            throw std::runtime_error("socket failed");
        }
        if (receive_buffer > 0) {
            ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        }
        const int on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (!connect_to(host, port, v6)) {
            ::close(fd_);
            throw std::runtime_error("cannot connect to " + host);
        }
    }

    RawClient(RawClient&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)), input_(std::move(other.input_)) {}

    RawClient& operator=(RawClient&&) = delete;
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    ~RawClient() { close(); }

    /// False when the server has closed its side.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0) {
                if (errno == EINTR) {
                    continue;
                }
                return false;
            }
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    /// "GET target" with a Host and the given further lines, each ended by CRLF.
    bool get(std::string_view target, std::string_view more_fields = "") {
        return request("GET", target, more_fields);
    }

    bool request(
        std::string_view method, std::string_view target, std::string_view more_fields = "") {
        std::string text(method);
        text.append(" ").append(target).append(" HTTP/1.1\r\nHost: test\r\n");
        text.append(more_fields).append("\r\n");
        return send(text);
    }

    void shutdown_write() { ::shutdown(fd_, SHUT_WR); }

    void close() {
        if (fd_ >= 0) {
            ::close(std::exchange(fd_, -1));
        }
    }

    /// Closes with RST.
    void reset() {
        const linger hard{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close();
    }

    /// The next answer; `to_head` when the request was HEAD. A body without Content-Length reads to
    /// the end of the connection. Throws when the connection ends inside the answer.
    RawResponse read_response(bool to_head = false) {
        const RawResponse head_only = read_head();
        RawResponse response = head_only;
        const bool bodiless = to_head || response.status == 304 || response.status == 204 ||
                              (response.status >= 100 && response.status < 200);
        if (bodiless) {
            return response;
        }
        const auto length = response.field("content-length");
        if (!length) {
            response.body = read_to_end();
            return response;
        }
        response.body = read_exactly(std::strtoull(length->c_str(), nullptr, 10));
        return response;
    }

    /// Status line and fields only; what follows stays to be read.
    RawResponse read_head() {
        std::size_t end = 0;
        while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
            if (!receive()) {
                throw std::runtime_error("connection ended inside a head: \"" + input_ + '"');
            }
        }
        RawResponse response;
        response.head = input_.substr(0, end + 4);
        input_.erase(0, end + 4);
        parse_head(response);
        return response;
    }

    std::string read_exactly(std::size_t count) {
        while (input_.size() < count) {
            if (!receive()) {
                throw std::runtime_error("connection ended inside a body");
            }
        }
        std::string out = input_.substr(0, count);
        input_.erase(0, count);
        return out;
    }

    /// Everything up to FIN; throws on RST.
    std::string read_to_end() {
        while (receive()) {
        }
        return std::exchange(input_, {});
    }

    enum class End { fin, rst };

    /// Reads and drops until the connection ends.
    End wait_for_end() {
        try {
            while (receive()) {
                input_.clear();
            }
            return End::fin;
        } catch (const ConnectionReset&) {
            return End::rst;
        }
    }

    [[nodiscard]] int descriptor() const noexcept { return fd_; }

    struct ConnectionReset : std::runtime_error {
        using std::runtime_error::runtime_error;
    };

private:
    bool connect_to(const std::string& host, std::uint16_t port, bool v6) {
        if (v6) {
            sockaddr_in6 address{};
            address.sin6_family = AF_INET6;
            address.sin6_port = htons(port);
            ::inet_pton(AF_INET6, host.c_str(), &address.sin6_addr);
            return ::connect(fd_, as_generic(&address), sizeof address) == 0;
        }
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
        return ::connect(fd_, as_generic(&address), sizeof address) == 0;
    }

    template <class Address>
    static const sockaddr* as_generic(const Address* address) {
        return static_cast<const sockaddr*>(static_cast<const void*>(address));
    }

    /// False at the end of the stream.
    bool receive() {
        pollfd waiting{fd_, POLLIN, 0};
        const auto patience = std::chrono::milliseconds(kPatience);
        const int ready = ::poll(&waiting, 1, static_cast<int>(patience.count()));
        if (ready == 0) {
            throw std::runtime_error(
                "the server stayed silent; received so far: \"" + input_ + '"');
        }
        char piece[16 * 1024];
        const ssize_t count = ::recv(fd_, piece, sizeof piece, 0);
        if (count < 0) {
            throw ConnectionReset("connection reset");
        }
        input_.append(piece, static_cast<std::size_t>(count));
        return count > 0;
    }

    static void parse_head(RawResponse& response) {
        const std::string& head = response.head;
        if (head.size() < 12 || head.compare(0, 7, "HTTP/1.") != 0) {
            throw std::runtime_error("no status line: \"" + head + '"');
        }
        response.status = std::atoi(head.c_str() + 9);
        std::size_t begin = head.find("\r\n") + 2;
        while (begin + 2 < head.size()) {
            const std::size_t end = head.find("\r\n", begin);
            const std::size_t colon = head.find(':', begin);
            std::string name = head.substr(begin, colon - begin);
            std::transform(name.begin(), name.end(), name.begin(),
                [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            const std::size_t value = head.find_first_not_of(' ', colon + 1);
            response.fields.emplace_back(std::move(name), head.substr(value, end - value));
            begin = end + 2;
        }
    }

    int fd_ = -1;
    std::string input_;
};

} // namespace plex_tuner::test
