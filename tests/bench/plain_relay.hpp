// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/child_process.hpp"
#include "support/temporary_directory.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace plex_tuner::bench {

/// The program of plain_relay.go: HLS passed on by a relay that looks at nothing.
class PlainRelay {
public:
    /// `origin` as in "http://127.0.0.1:8080", with playlists at /<n>/hi/list.m3u8; `first`: of the
    /// segments listed at the start, the last so many are taken. Throws when there is no Go.
    PlainRelay(const std::string& origin, std::size_t first);

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    [[nodiscard]] pid_t process() const { return process_->pid(); }

private:
    testing::TemporaryDirectory directory_;
    std::uint16_t port_ = 0;
    std::unique_ptr<testing::ChildProcess> process_;
};

} // namespace plex_tuner::bench
