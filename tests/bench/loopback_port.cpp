// SPDX-License-Identifier: GPL-3.0-or-later
#include "loopback_port.hpp"

#include "support/http_client.hpp"

#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace plex_tuner::bench {
namespace {

bool accepts(std::uint16_t port) {
    try {
        return testing::http_get(port, "/not-there").status != 0;
    } catch (const std::exception&) {
        return false;
    }
}

} // namespace

std::uint16_t unused_port() {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    // The socket API takes every family by the same pointer.
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    const bool found =
        ::bind(descriptor, generic, size) == 0 && ::getsockname(descriptor, generic, &size) == 0;
    ::close(descriptor);
    if (!found) {
        throw std::runtime_error("no free port");
    }
    return ntohs(address.sin_port);
}

void wait_until_accepting(std::uint16_t port, testing::ChildProcess& program) {
    for (int i = 0; i < 100 && !accepts(port); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    if (!accepts(port)) {
        throw std::runtime_error("a program does not start: " + program.stderr_text());
    }
}

} // namespace plex_tuner::bench
