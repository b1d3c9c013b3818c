// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace plex_tuner::state {

class DatabaseFile;

/// What an origin said of one file.
struct VodFact {
    std::uint64_t file = 0; ///< its inode number, the same over refreshes and restarts
    std::uint64_t size = 0; ///< bytes
    WallTime learned_at{};

    friend bool operator==(const VodFact&, const VodFact&) = default;
};

/// A file that did not tell its size when it was asked.
struct VodRefusal {
    std::uint64_t file = 0;
    WallTime asked_at{};

    friend bool operator==(const VodRefusal&, const VodRefusal&) = default;
};

/// vod.db of an instance: the sizes of films and episodes as they became known, and which of them
/// would not tell. A cache: removing
/// it costs requests, never data. One thread at a time. Calls block.
class VodStore {
public:
    /// Beyond so many the oldest are forgotten.
    static constexpr std::int64_t kMaxFacts = 4'000'000;
    /// Refusals are forgotten after so long: the file may be asked again.
    static constexpr std::chrono::days kRefusalLasts{7};

    /// Creates the file and its directory if need be. A damaged file is set aside and begun anew,
    /// here or when the damage is met later; see take_warnings().
    [[nodiscard]] static Result<VodStore> open(
        const std::filesystem::path& file, WallTime now = SystemClock().wall());

    VodStore(VodStore&& other) noexcept;
    VodStore& operator=(VodStore&& other) noexcept;
    VodStore(const VodStore&) = delete;
    VodStore& operator=(const VodStore&) = delete;
    ~VodStore();

    [[nodiscard]] Result<void> for_each(const std::function<void(const VodFact&)>& fact);
    /// Adds or replaces all of `batch` or, on an error, none.
    [[nodiscard]] Result<void> put(std::span<const VodFact> batch);

    [[nodiscard]] Result<void> for_each_refusal(
        const std::function<void(const VodRefusal&)>& refusal);
    /// Adds or replaces all of `batch` or, on an error, none.
    [[nodiscard]] Result<void> put_refusals(std::span<const VodRefusal> batch);

    /// What happened to the file since the last call, for the user.
    [[nodiscard]] std::vector<std::string> take_warnings();

private:
    explicit VodStore(DatabaseFile file);

    std::unique_ptr<DatabaseFile> file_;
};

} // namespace plex_tuner::state
