// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "child_process.hpp"
#include "temporary_directory.hpp"

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace plex_tuner::testing {

/// A real Redis without a disk, at a free port, which keeps its port when it is started again.
class RedisServer {
public:
    [[nodiscard]] static bool is_installed() { return std::filesystem::exists(kProgram); }

    explicit RedisServer(std::vector<std::string> further = {}, std::string address = "127.0.0.1")
        : further_(std::move(further)), address_(std::move(address)) {
        constexpr int kAttempts = 5; // somebody else may take the port
        for (int attempt = 1; process_ == nullptr; ++attempt) {
            port_ = free_port();
            try {
                start();
            } catch (const std::runtime_error&) {
                process_.reset();
                if (attempt == kAttempts) {
                    throw;
                }
            }
        }
    }

    /// Starts it, empty; returns when it takes connections.
    void start() {
        std::string command = std::string("exec ") + kProgram + " --bind " + address_ +
                              " --protected-mode no --port " + std::to_string(port_) +
                              " --save '' --appendonly no";
        for (const std::string& word : further_) {
            command += " " + word;
        }
        process_ = std::make_unique<ChildProcess>(
            ChildOptions{.arguments = {"/bin/sh", "-c", command + " 1>&2"},
                .environment = {},
                .directory = directory_.path()});
        if (!process_->wait_for_line({"Ready to accept connections"})) {
            throw std::runtime_error("redis-server said: " + process_->stderr_text());
        }
    }

    /// As kill -9 does it.
    void kill() {
        process_->signal(SIGKILL);
        if (!process_->wait()) {
            throw std::runtime_error("a killed process stays");
        }
    }

    void freeze() const { process_->signal(SIGSTOP); }

    void thaw() const { process_->signal(SIGCONT); }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    [[nodiscard]] std::string url() const {
        return "redis://" + address_ + ":" + std::to_string(port_);
    }

private:
    static constexpr const char* kProgram = "/usr/bin/redis-server";

    [[nodiscard]] std::uint16_t free_port() const {
        const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in place{};
        place.sin_family = AF_INET;
        ::inet_pton(AF_INET, address_.c_str(), &place.sin_addr);
        socklen_t size = sizeof place;
        const bool bound =
            ::bind(descriptor, reinterpret_cast<const sockaddr*>(&place), size) == 0 &&
            ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&place), &size) == 0;
        ::close(descriptor);
        if (!bound) {
            throw std::runtime_error("no free port on " + address_);
        }
        return ntohs(place.sin_port);
    }

    TemporaryDirectory directory_;
    std::vector<std::string> further_;
    std::string address_;
    std::uint16_t port_ = 0;
    std::unique_ptr<ChildProcess> process_;
};

} // namespace plex_tuner::testing
