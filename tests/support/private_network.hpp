// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "child_process.hpp"

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

namespace plex_tuner::testing {

/// Two machines on a cable: this thread, and the processes it starts, are on the one (10.77.0.5,
/// fd77::5), where the tuner runs; as_client() runs programs on the other (10.77.0.9, fd77::9).
/// Needs root.
class PrivateNetwork {
public:
    [[nodiscard]] static bool is_possible() { return ::geteuid() == 0; }

    PrivateNetwork() : outside_(current()) {
        client_ = make();
        device_ = make();
        ip({"link", "add", "dev0", "type", "veth", "peer", "name", "cli0"});
        ip({"link", "set", "cli0", "netns", path(client_)});
        set_up("dev0", "5");
        enter(client_);
        set_up("cli0", "9");
        enter(device_);
    }

    ~PrivateNetwork() {
        ::setns(outside_, CLONE_NEWNET);
        for (const int descriptor : {outside_, client_, device_}) {
            ::close(descriptor);
        }
        for (const int descriptor : further_) {
            ::close(descriptor);
        }
    }

    PrivateNetwork(const PrivateNetwork&) = delete;
    PrivateNetwork& operator=(const PrivateNetwork&) = delete;

    /// On the client's machine for as long as this lives.
    class ClientSide {
    public:
        explicit ClientSide(const PrivateNetwork& network) : network_(network) {
            enter(network_.client_);
        }

        ~ClientSide() { ::setns(network_.device_, CLONE_NEWNET); }

        ClientSide(const ClientSide&) = delete;
        ClientSide& operator=(const ClientSide&) = delete;

    private:
        const PrivateNetwork& network_;
    };

    /// Another machine with a device, on a cable of its own to the client's machine; returns its
    /// number, from 0. It has the address device_address() tells.
    [[nodiscard]] std::size_t add_device() {
        const std::string number = std::to_string(further_.size());
        const std::string subnet = subnet_of(further_.size());
        const int device = make();
        further_.push_back(device);
        ip({"link", "add", "dev0", "type", "veth", "peer", "name", "far" + number});
        ip({"link", "set", "far" + number, "netns", path(client_)});
        ip({"link", "set", "lo", "up"});
        ip({"address", "add", subnet + ".5/24", "brd", "+", "dev", "dev0"});
        ip({"link", "set", "dev0", "up"});
        enter(client_);
        ip({"address", "add", subnet + ".9/24", "brd", "+", "dev", "far" + number});
        ip({"link", "set", "far" + number, "up"});
        enter(device_);
        return further_.size() - 1;
    }

    [[nodiscard]] static std::string device_address(std::size_t number) {
        return subnet_of(number) + ".5";
    }

    /// On the machine of a further device for as long as this lives.
    class DeviceSide {
    public:
        DeviceSide(const PrivateNetwork& network, std::size_t number) : network_(network) {
            enter(network_.further_.at(number));
        }

        ~DeviceSide() { ::setns(network_.device_, CLONE_NEWNET); }

        DeviceSide(const DeviceSide&) = delete;
        DeviceSide& operator=(const DeviceSide&) = delete;

    private:
        const PrivateNetwork& network_;
    };

    [[nodiscard]] CommandResult as_client(const std::vector<std::string>& arguments,
        std::chrono::milliseconds timeout = std::chrono::seconds(60)) const {
        const ClientSide client(*this);
        return run_command(arguments, timeout);
    }

    /// A second cable between the two: 10.78.0.5 and 10.78.0.9.
    void add_second_cable() const {
        ip({"link", "add", "dev1", "type", "veth", "peer", "name", "cli1"});
        ip({"link", "set", "cli1", "netns", path(client_)});
        ip({"address", "add", "10.78.0.5/24", "brd", "+", "dev", "dev1"});
        ip({"link", "set", "dev1", "up"});
        const ClientSide client(*this);
        ip({"address", "add", "10.78.0.9/24", "brd", "+", "dev", "cli1"});
        ip({"link", "set", "cli1", "up"});
    }

private:
    [[nodiscard]] static int current() {
        const int descriptor = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) {
            throw std::system_error(errno, std::generic_category(), "network namespace");
        }
        return descriptor;
    }

    [[nodiscard]] static int make() {
        if (::unshare(CLONE_NEWNET) != 0) {
            throw std::system_error(errno, std::generic_category(), "network namespace");
        }
        return current();
    }

    static void enter(int descriptor) {
        if (::setns(descriptor, CLONE_NEWNET) != 0) {
            throw std::system_error(errno, std::generic_category(), "network namespace");
        }
    }

    [[nodiscard]] static std::string path(int descriptor) {
        return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(descriptor);
    }

    [[nodiscard]] static std::string subnet_of(std::size_t further) {
        return "10." + std::to_string(80 + further) + ".0";
    }

    static void ip(std::vector<std::string> arguments) {
        arguments.insert(
            arguments.begin(), {"/usr/bin/env", "PATH=/usr/sbin:/sbin:/usr/bin", "ip"});
        if (const auto result = run_command(arguments); result.exit_code != 0) {
            throw std::runtime_error("ip: " + result.errors);
        }
    }

    static void set_up(const std::string& interface, const std::string& host) {
        ip({"link", "set", "lo", "up"});
        ip({"address", "add", "10.77.0." + host + "/24", "brd", "+", "dev", interface});
        ip({"address", "add", "fd77::" + host + "/64", "dev", interface, "nodad"});
        ip({"link", "set", interface, "up"});
        ip({"route", "add", "default", "dev", interface});
    }

    int outside_ = -1;
    int client_ = -1;
    int device_ = -1;
    std::vector<int> further_;
};

} // namespace plex_tuner::testing
