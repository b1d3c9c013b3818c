// SPDX-License-Identifier: GPL-3.0-or-later
#include "offset_check.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace plex_tuner::guide {
namespace {

constexpr std::int64_t kLongest = 12 * 3'600;
/// Time zones differ by quarters of an hour at least; programmes begin a little early or late.
constexpr std::int64_t kStep = 900;
constexpr std::size_t kFewest = 10;

using Key = std::pair<std::uint32_t, std::uint64_t>;

/// Of each title that a channel has once, when it begins.
[[nodiscard]] std::map<Key, std::uint32_t> once(std::span<const Airing> airings) {
    std::map<Key, std::pair<std::uint32_t, std::size_t>> seen;
    for (const Airing& airing : airings) {
        auto& [start, count] = seen[{airing.channel, airing.title}];
        start = airing.start;
        ++count;
    }
    std::map<Key, std::uint32_t> single;
    for (const auto& [key, what] : seen) {
        if (what.second == 1) {
            single.emplace(key, what.first);
        }
    }
    return single;
}

} // namespace

std::optional<std::chrono::minutes> likely_offset(
    std::span<const Airing> reference, std::span<const Airing> other) {
    const auto known = once(reference);
    std::map<std::int64_t, std::size_t> votes; // in steps
    std::size_t all = 0;
    for (const auto& [key, start] : once(other)) {
        const auto found = known.find(key);
        if (found == known.end()) {
            continue;
        }
        const std::int64_t later = std::int64_t{start} - found->second;
        if (later >= -kLongest && later <= kLongest) {
            const std::int64_t half = later < 0 ? -kStep / 2 : kStep / 2;
            ++votes[(later + half) / kStep];
            ++all;
        }
    }
    const auto best =
        std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
    // Three of four must say the same: repeats of an hour later look like an offset, too.
    if (best == votes.end() || best->first == 0 || best->second < kFewest ||
        best->second * 4 < all * 3) {
        return std::nullopt;
    }
    return std::chrono::duration_cast<std::chrono::minutes>(
        std::chrono::seconds(best->first * kStep));
}

} // namespace plex_tuner::guide
