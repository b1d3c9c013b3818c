// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "host_ranking.hpp"

#include <plex_tuner/engine/index_options.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::engine {

enum class ListKind : std::uint8_t {
    playlist,
    live_categories,
    live,
    movie_categories,
    movies,
    series_categories,
    series,
    lineup, ///< of an HDHomeRun
};

inline constexpr std::size_t kListKinds = 8;

/// "playlist", "live categories", …
[[nodiscard]] std::string_view to_string(ListKind kind) noexcept;

/// One list of an account, on disk.
struct FetchedList {
    std::filesystem::path fresh; ///< as the provider has it now; empty: it could not be had
    std::filesystem::path good;  ///< what was of use last; may be empty
    std::string body_id;         ///< of fresh, or what stands for it when there is none
    bool cached = false;         ///< fresh is kept by the HTTP cache

    [[nodiscard]] bool any() const noexcept { return !fresh.empty() || !good.empty(); }
};

/// All that was had of one account.
struct AccountLists {
    const Account* account = nullptr;
    std::vector<provider::XtreamUrls> hosts; ///< best first
    std::string live_extension = "ts";
    std::optional<provider::XtreamAccount> state; ///< none: not asked, or no answer
    std::optional<int> tuners;                    ///< of a device that says so
    std::optional<Location> playlist_from;        ///< where the playlist came from
    std::array<FetchedList, kListKinds> lists;
    bool complete = true;         ///< nothing failed
    std::optional<Error> failure; ///< the first one
    bool fresh_channels = false;  ///< the channels are as the provider has them now
    bool hosts_are_down = false;  ///< none of them could be connected to
    bool unreachable = false;     ///< the panel is not to be asked for more

    [[nodiscard]] const FetchedList& list(ListKind kind) const noexcept {
        return lists[static_cast<std::size_t>(kind)];
    }

    [[nodiscard]] FetchedList& list(ListKind kind) noexcept {
        return lists[static_cast<std::size_t>(kind)];
    }
};

} // namespace plex_tuner::engine
