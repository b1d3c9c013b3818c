// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/child_process.hpp"
#include "support/temporary_directory.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace plex_tuner::bench {

/// nginx passing every request on to one origin: what a relay costs that looks at nothing.
class NginxProxy {
public:
    /// `origin` as in "http://127.0.0.1:8080". Throws when there is no nginx, or it does not start.
    explicit NginxProxy(const std::string& origin);
    ~NginxProxy();
    NginxProxy(const NginxProxy&) = delete;
    NginxProxy& operator=(const NginxProxy&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// Master and worker.
    [[nodiscard]] std::vector<pid_t> processes() const;

private:
    testing::TemporaryDirectory directory_;
    std::uint16_t port_ = 0;
    std::unique_ptr<testing::ChildProcess> process_;
};

} // namespace plex_tuner::bench
