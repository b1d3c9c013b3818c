// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "child_process.hpp"
#include "http_client.hpp"
#include "temporary_directory.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace plex_tuner::testing {

struct TunerOptions {
    std::string subcommand = "run";
    std::vector<std::string> flags = {};
    /// PLEX_TUNER_ names without the prefix.
    std::map<std::string, std::string> settings = {};
    /// Of another build; none: the one these tests were built with.
    std::string binary = {};
};

/// The real binary on a free port, in a directory of its own that outlives restarts.
class Tuner {
public:
    Tuner() = default;

    [[nodiscard]] const std::filesystem::path& directory() const noexcept {
        return directory_.path();
    }

    [[nodiscard]] std::filesystem::path file(const std::string& name) const {
        return directory_.path() / name;
    }

    /// Starts it (again) and waits until it serves; throws with its log when it does not.
    void start(const TunerOptions& options);
    /// Starts it without waiting for anything.
    void launch(const TunerOptions& options);
    /// SIGTERM and the exit code; -1 when it did not end within `timeout`.
    int stop(std::chrono::milliseconds timeout = std::chrono::seconds(5));
    void kill();

    /// Waits until a guide for a lineup is served.
    bool wait_until_ready(std::chrono::milliseconds timeout = std::chrono::seconds(30));

    [[nodiscard]] ChildProcess& process() { return *process_; }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    [[nodiscard]] std::string url(const std::string& path) const;

    [[nodiscard]] HttpReply get(
        const std::string& target, const std::vector<std::string>& headers = {}) const {
        return http_get(port_, target, headers);
    }

    /// The value of a metric, or -1.
    [[nodiscard]] double metric(const std::string& name) const;
    /// Polls /metrics until `name` has `value`.
    bool wait_for_metric(const std::string& name, double value,
        std::chrono::milliseconds timeout = std::chrono::seconds(30)) const;

private:
    TemporaryDirectory directory_;
    std::unique_ptr<ChildProcess> process_;
    std::uint16_t port_ = 0;
};

} // namespace plex_tuner::testing
