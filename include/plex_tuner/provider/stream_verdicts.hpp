// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>

namespace plex_tuner::provider {

/// What tests of streams found, kept in a JSON file. Streams are known by a hash of their URL, for
/// that has the password of the account in it. Not thread-safe.
class StreamVerdicts {
public:
    struct Verdict {
        bool pass = false;
        WallTime at{};
        bool is_of_this_run = false; ///< holds until its end, whatever its age
    };

    /// A file that is missing or damaged holds nothing.
    [[nodiscard]] static StreamVerdicts load(const std::filesystem::path& file);

    /// Null: never tested.
    [[nodiscard]] const Verdict* find(std::string_view url) const;
    void set(std::string_view url, Verdict verdict);
    /// What is here is of an earlier run from now on.
    void begin_run();

    /// Writes what is here together with what others have written since, the newer of two. Verdicts
    /// that nobody has renewed for a month go.
    [[nodiscard]] Result<void> save(const std::filesystem::path& file, WallTime now);

private:
    std::unordered_map<std::string, Verdict> verdicts_;
};

} // namespace plex_tuner::provider
