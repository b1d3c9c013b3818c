// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/scripted_provider.hpp"
#include "support/temporary_directory.hpp"
#include "support/vod_origin.hpp"
#include "vod_catalog.hpp"

#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/net/io_runtime.hpp>
#include <plex_tuner/vodfs/mount.hpp>

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace plex_tuner::vodfs {

/// Lets at most `limit` connections be open; counts.
class CountedAccess final : public SourceAccess {
public:
    explicit CountedAccess(int limit) : limit_(limit) {}

    [[nodiscard]] std::string account_of(const Url& /*url*/) const override { return "account"; }

    [[nodiscard]] asio::awaitable<SourceSlotOffer> take(Url url) override;
    [[nodiscard]] asio::awaitable<SourceSlotOffer> take_idle(Url url) override;
    [[nodiscard]] asio::awaitable<Result<std::unique_ptr<fetch::RequestPermit>>> permit(
        const fetch::Request& request, std::chrono::milliseconds max_wait) override;

    /// Until no slot is held; false when that takes half a minute.
    [[nodiscard]] bool wait_until_free() {
        std::unique_lock lock(mutex_);
        return freed_.wait_for(lock, std::chrono::seconds(30), [this] { return in_use_ == 0; });
    }

    [[nodiscard]] int most_in_use() const {
        const std::scoped_lock lock(mutex_);
        return most_in_use_;
    }

    /// As if somebody else had a connection.
    void be_busy(bool busy) {
        const std::scoped_lock lock(mutex_);
        busy_ = busy;
    }

    /// Asks who holds a slot to give it back.
    void ask_to_yield(bool asked) {
        const std::scoped_lock lock(mutex_);
        asked_ = asked;
    }

private:
    class Slot;
    int limit_;
    mutable std::mutex mutex_;
    std::condition_variable freed_;
    int in_use_ = 0;
    int most_in_use_ = 0;
    bool asked_ = false;
    bool busy_ = false;
};

/// What a log was told.
class KeptLog final : public log::Sink {
public:
    [[nodiscard]] bool enabled(log::Level level) const noexcept override {
        return level != log::Level::debug;
    }

    void write(const log::Record& record) override;
    [[nodiscard]] bool has(std::string_view text) const;
    /// Until it has been told so, behind the first `from` bytes; false when that takes half a
    /// minute.
    [[nodiscard]] bool wait_for(std::string_view text, std::size_t from = 0) const;
    [[nodiscard]] std::string text() const;

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::string text_;
};

/// A mount in the kernel over an origin that does as told. Needs root and /dev/fuse.
class MountTest : public ::testing::Test {
protected:
    explicit MountTest(int connections = 4) : access_(connections) {}

    void SetUp() override;
    void TearDown() override;

    /// Film `id` of the catalog to be, served by the origin.
    void film(const std::string& id, testing::VodOrigin::File file,
        const std::string& extension = ".mkv");
    void mount();

    void unmount() { mount_.reset(); }

    [[nodiscard]] std::filesystem::path mount_point() const { return directory_.path() / "mnt"; }

    [[nodiscard]] std::filesystem::path cache() const { return directory_.path() / "cache"; }

    /// Of film `id`.
    [[nodiscard]] std::filesystem::path path_of(
        const std::string& id, const std::string& extension = ".mkv") const;

    [[nodiscard]] static std::string path_at_origin(
        const std::string& id, const std::string& extension = ".mkv") {
        return "/movie/u/p/" + id + extension;
    }

    testing::TemporaryDirectory directory_;
    testing::ScriptedProvider provider_;
    testing::VodOrigin origin_{provider_};
    std::shared_ptr<KeptLog> log_ = std::make_shared<KeptLog>();
    log::Logger logger_{log_, "vodfs"};
    net::IoRuntime runtime_{logger_, 3};
    std::unique_ptr<fetch::Client> client_;
    CountedAccess access_;
    int size_rate_ = 0;
    std::uint64_t cache_bytes_ = std::uint64_t{1} << 30;
    std::vector<std::pair<std::string, std::string>> films_; ///< id and extension
    std::unique_ptr<Mount> mount_;
};

/// A file of the mount, with what the kernel answers.
class OpenedFile {
public:
    explicit OpenedFile(const std::filesystem::path& path, int flags = 0);
    ~OpenedFile();
    OpenedFile(const OpenedFile&) = delete;
    OpenedFile& operator=(const OpenedFile&) = delete;

    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }

    /// The bytes until the end or `size`; none and errno() when a read fails.
    [[nodiscard]] std::optional<std::string> read(std::uint64_t offset, std::size_t size);

    [[nodiscard]] int error() const noexcept { return error_; }

    [[nodiscard]] std::uint64_t size() const;

private:
    int descriptor_ = -1;
    int error_ = 0;
};

} // namespace plex_tuner::vodfs
