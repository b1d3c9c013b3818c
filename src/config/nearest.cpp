// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/config/nearest.hpp>

#include <algorithm>
#include <vector>

namespace plex_tuner::config {
namespace {

constexpr std::size_t kMaxWordBytes = 64;
constexpr std::size_t kMaxEdits = 4;

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // Rows of the optimal string alignment table: two back, one back, current.
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> above(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before.swap(above);
        above.swap(row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = a[i - 1] == b[j - 1];
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0U : 1U)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
    }
    return row[b.size()];
}

std::optional<std::string_view> nearest(
    std::string_view word, std::span<const std::string_view> candidates) {
    if (word.size() > kMaxWordBytes) {
        return std::nullopt;
    }
    std::size_t best = std::min(kMaxEdits, std::max<std::size_t>(1, word.size() / 3)) + 1;
    std::optional<std::string_view> found;
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best) {
            best = distance;
            found = candidate;
        }
    }
    return found;
}

} // namespace plex_tuner::config
