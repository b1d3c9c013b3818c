// SPDX-License-Identifier: GPL-3.0-or-later
#include "block_cache.hpp"
#include "support/temporary_directory.hpp"

#include <fstream>

#include <gtest/gtest.h>

namespace plex_tuner::vodfs {
namespace {

/// All bytes of [begin, end) are there.
bool covers(const BlockStore& store, std::uint64_t begin, std::uint64_t end) {
    return store.first_missing(begin, end) >= end;
}

constexpr std::uint64_t kB = kBlockBytes;

class BlockCacheTest : public ::testing::Test {
protected:
    [[nodiscard]] std::unique_ptr<BlockCache> open(
        std::uint64_t max = std::uint64_t{1} << 30) const {
        auto cache = BlockCache::open({.directory = directory_.path(), .max_bytes = max}, {});
        if (!cache) {
            throw std::runtime_error(cache.error().message());
        }
        return std::move(*cache);
    }

    [[nodiscard]] std::size_t files() const {
        std::size_t count = 0;
        for (const auto& file : std::filesystem::directory_iterator(directory_.path())) {
            count += file.path().filename() == "lock" ? 0 : 1;
        }
        return count;
    }

    static std::string block(char c) { return std::string(kB, c); }

    testing::TemporaryDirectory directory_;
};

TEST_F(BlockCacheTest, BlocksAreThereAgainAfterARestart) {
    {
        const auto cache = open();
        const auto store = cache->store(77);
        store->set_facts({.size = 3 * kB + 5, .validator = "E\"1\"", .host = "http://h:80"});
        store->put(0, block('a'));
        store->put(3 * kB, "tail.");
        EXPECT_EQ(store->first_missing(0, 4 * kB), kB);
        EXPECT_EQ(store->first_present(kB, 4 * kB), 3 * kB);
    }
    const auto cache = open();
    const auto store = cache->store(77);
    EXPECT_EQ(store->facts().validator, "E\"1\"");
    EXPECT_EQ(store->facts().size, 3 * kB + 5);
    EXPECT_TRUE(covers(*store, 0, kB));
    EXPECT_FALSE(covers(*store, kB, 2 * kB));
    std::string bytes(5, ' ');
    EXPECT_TRUE(store->read(3 * kB, bytes));
    EXPECT_EQ(bytes, "tail.");
    EXPECT_FALSE(store->read(kB, bytes));
}

TEST_F(BlockCacheTest, AFileOpenedAgainAtOnceHasAllItHad) {
    const auto cache = open();
    for (std::uint64_t i = 0; i < 50; ++i) {
        const auto store = cache->store(77);
        EXPECT_TRUE(covers(*store, 0, i * kB));
        store->put(i * kB, block('a'));
    }
}

TEST_F(BlockCacheTest, ManyFilesClosedInARowAreThereAgainAfterARestart) {
    {
        const auto cache = open();
        for (Inode inode = 1; inode <= 100; ++inode) {
            cache->store(inode)->put(0, block('a'));
        }
    }
    const auto cache = open();
    for (Inode inode = 1; inode <= 100; ++inode) {
        EXPECT_TRUE(covers(*cache->store(inode), 0, kB)) << inode;
    }
}

TEST_F(BlockCacheTest, ADamagedMapVouchesForNothing) {
    {
        const auto cache = open();
        cache->store(77)->put(0, block('a'));
    }
    for (const auto& file : std::filesystem::directory_iterator(directory_.path())) {
        if (file.path().extension() == ".map") {
            std::fstream map(file.path());
            map.seekp(-20, std::ios::end);
            map.put('x');
        }
    }
    const auto cache = open();
    EXPECT_FALSE(covers(*cache->store(77), 0, kB));
}

TEST_F(BlockCacheTest, BytesWithoutAMapAreRemoved) {
    std::ofstream(directory_.path() / "000000000000004d.00000000000000ff") << "bytes";
    std::ofstream(directory_.path() / "000000000000004e.map") << "no map";
    const auto cache = open();
    EXPECT_EQ(files(), 0U);
    EXPECT_EQ(cache->used(), 0U);
}

TEST_F(BlockCacheTest, AnotherFileBeginsAnew) {
    const auto cache = open();
    {
        const auto store = cache->store(77);
        store->put(0, block('a'));
        store->clear();
        EXPECT_FALSE(covers(*store, 0, kB));
        store->put(kB, block('b'));
    }
    const auto store = cache->store(77);
    EXPECT_FALSE(covers(*store, 0, kB));
}

TEST_F(BlockCacheTest, IsOfOneProcess) {
    const auto cache = open();
    const auto other = BlockCache::open({.directory = directory_.path(), .max_bytes = 1}, {});
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code(), ErrorCode::unavailable);
}

TEST_F(BlockCacheTest, MemoryHoldsTheLastBlocksWhenThereIsNoRoom) {
    const auto cache = open(0);
    const auto store = cache->store(77);
    for (std::uint64_t i = 0; i < BlockStore::kMemoryBlocks + 10; ++i) {
        store->put(i * kB, block(static_cast<char>('a' + i % 26)));
    }
    EXPECT_FALSE(covers(*store, 0, kB));
    std::string bytes(2 * kB, ' ');
    EXPECT_TRUE(store->read(10 * kB, bytes));
    EXPECT_EQ(bytes, block('k') + block('l'));
    EXPECT_EQ(store->on_disk(10 * kB, kB, 0, [] {}).data, nullptr);
}

TEST_F(BlockCacheTest, WhatWasNotReadForLongestMakesRoom) {
    constexpr std::uint64_t kBlocks = 400;
    const auto cache = open((kBlocks + kBlocks / 2) * kB);
    const auto fill = [&](Inode inode) {
        auto store = cache->store(inode);
        for (std::uint64_t i = 0; i < kBlocks; ++i) {
            store->put(i * kB, block('x'));
        }
        return store;
    };
    fill(1);
    EXPECT_EQ(cache->evictions(), 0U);
    const auto kept = fill(2);
    EXPECT_EQ(cache->evictions(), 1U);
    EXPECT_FALSE(covers(*cache->store(1), 0, kB));
    EXPECT_TRUE(covers(*kept, 0, kBlocks * kB));
}

} // namespace
} // namespace plex_tuner::vodfs
