// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/child_process.hpp"
#include "support/http_client.hpp"
#include "support/scripted_provider.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace plex_tuner::bench {

inline constexpr int kChildren = 14;
/// Channels of each child but the first, which has what Plex takes of all: what Plex takes of one.
inline constexpr int kPart = 440;

/// Proportional set size in MB.
[[nodiscard]] double pss_mb(pid_t pid);

/// Tuners under a supervisor: each has a part of the provider's channels.
class Fleet {
public:
    /// `settings`: more of them, by variable.
    Fleet(const testing::ScriptedProvider& provider, const std::string& directory,
        const std::vector<std::pair<std::string, std::string>>& settings = {});

    /// Until the supervisor says that all are ready; false: they are not.
    bool start();
    /// Until each has built its guide of the whole feed and wrote the compressed one, too.
    void settle() const;
    /// Has all children fetch their lists again, and waits until they have.
    void refresh() const;

    [[nodiscard]] nlohmann::json children() const;
    /// Seconds that all metrics of all children take.
    [[nodiscard]] double metrics_seconds() const;

    [[nodiscard]] testing::ChildProcess& process() const { return *process_; }

    /// Seconds that it took.
    double stop() const;

private:
    static std::size_t port(int child) { return static_cast<std::size_t>(child) + 1; }

    void wait_for_refreshes(std::size_t from_line) const;

    std::vector<std::uint16_t> ports_; ///< the supervisor's first
    testing::ChildOptions options_;
    std::unique_ptr<testing::ChildProcess> process_;
};

} // namespace plex_tuner::bench
