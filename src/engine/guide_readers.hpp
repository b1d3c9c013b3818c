// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace plex_tuner::engine {

/// Who has fetched the guide since the start: the proof that a media server reaches the tuner. The
/// latest kMost are kept, by address and program. Thread-safe.
class GuideReaders {
public:
    static constexpr std::size_t kMost = 32;

    void note(const std::string& address, std::string user_agent, WallTime when);

    /// `[{"address": …, "user_agent": …, "count": …, "last": seconds since 1970}]`, the latest
    /// first.
    [[nodiscard]] std::string to_json() const;

private:
    struct Reader {
        std::string address;
        std::string user_agent;
        std::uint64_t count = 0;
        WallTime last{};
    };

    mutable std::mutex mutex_;
    std::vector<Reader> readers_; ///< the latest first
};

} // namespace plex_tuner::engine
