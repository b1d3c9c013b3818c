// SPDX-License-Identifier: GPL-3.0-or-later
#include "sharding.hpp"

#include <algorithm>
#include <vector>

namespace plex_tuner::lineup {
namespace {

/// Shards without a limit grow by so much beyond their even share before new channels go elsewhere.
constexpr std::size_t kSlackPercent = 10;

class Shards {
public:
    Shards(std::size_t count, std::size_t capacity) : sizes_(count, 0), capacity_(capacity) {}

    [[nodiscard]] bool exists(int shard) const noexcept {
        return shard >= 1 && static_cast<std::size_t>(shard) <= sizes_.size();
    }

    [[nodiscard]] bool has_room(int shard) const noexcept {
        return exists(shard) && sizes_[static_cast<std::size_t>(shard) - 1] < capacity_;
    }

    void add(int shard) { ++sizes_[static_cast<std::size_t>(shard) - 1]; }

    /// 0 when all are full.
    [[nodiscard]] int emptiest() const {
        const auto found = std::ranges::min_element(sizes_);
        return *found < capacity_ ? static_cast<int>(found - sizes_.begin()) + 1 : 0;
    }

private:
    std::vector<std::size_t> sizes_;
    std::size_t capacity_;
};

void divide_evenly(
    std::span<BookedNumber> entries, std::size_t count, std::optional<std::size_t> capacity) {
    std::size_t done = 0;
    for (std::size_t shard = 1; shard <= count; ++shard) {
        // What is left, shared among those that are left: sizes differ by one at most.
        const std::size_t left = count - shard + 1;
        std::size_t size = (entries.size() - done + left - 1) / left;
        size = std::min(size, capacity.value_or(size));
        for (BookedNumber& entry : entries.subspan(done, size)) {
            entry.shard = static_cast<int>(shard);
        }
        done += size;
    }
}

} // namespace

void assign_shards(std::span<BookedNumber> entries, std::span<const Assigned> assigned, int count,
    std::optional<std::size_t> capacity) {
    const auto shard_count = static_cast<std::size_t>(std::max(count, 1));
    const std::size_t even_share = (entries.size() + shard_count - 1) / shard_count;
    Shards shards(
        shard_count, capacity.value_or(even_share + even_share * kSlackPercent / 100 + 1));
    if (std::ranges::none_of(
            entries, [&](const BookedNumber& entry) { return shards.exists(entry.shard); })) {
        divide_evenly(entries, shard_count, capacity);
        return;
    }
    std::vector<bool> placed(entries.size(), false);
    const auto place_where_it_was = [&](bool returned) {
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (!placed[i] && assigned[i].has_returned == returned &&
                shards.has_room(entries[i].shard)) {
                shards.add(entries[i].shard);
                placed[i] = true;
            }
        }
    };
    place_where_it_was(false);
    place_where_it_was(true);
    int neighbour = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (!placed[i]) {
            entries[i].shard = shards.has_room(neighbour) ? neighbour : shards.emptiest();
            if (entries[i].shard != 0) {
                shards.add(entries[i].shard);
            }
        }
        neighbour = entries[i].shard != 0 ? entries[i].shard : neighbour;
    }
}

} // namespace plex_tuner::lineup
