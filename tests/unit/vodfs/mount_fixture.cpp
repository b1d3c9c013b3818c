// SPDX-License-Identifier: GPL-3.0-or-later
#include "mount_fixture.hpp"

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plex_tuner::vodfs {

class CountedAccess::Slot final : public SourceSlot {
public:
    explicit Slot(CountedAccess& access) : access_(access) {}

    ~Slot() override {
        const std::scoped_lock lock(access_.mutex_);
        --access_.in_use_;
        access_.freed_.notify_all();
    }

    [[nodiscard]] asio::awaitable<bool> asked_to_yield() override {
        const std::scoped_lock lock(access_.mutex_);
        co_return access_.asked_;
    }

    void refused() override {}

private:
    CountedAccess& access_;
};

namespace {

class FreePermit final : public fetch::RequestPermit {
public:
    void report(const fetch::RequestOutcome& /*outcome*/) override {}
};

} // namespace

asio::awaitable<SourceSlotOffer> CountedAccess::take(Url /*url*/) {
    SourceSlotOffer offer;
    const std::scoped_lock lock(mutex_);
    if (in_use_ >= limit_ || asked_) {
        offer.full = true;
    } else {
        most_in_use_ = std::max(most_in_use_, ++in_use_);
        offer.slot = std::make_unique<Slot>(*this);
    }
    co_return offer;
}

asio::awaitable<SourceSlotOffer> CountedAccess::take_idle(Url url) {
    {
        const std::scoped_lock lock(mutex_);
        if (busy_ || in_use_ > 0) {
            co_return SourceSlotOffer{.slot = nullptr, .full = true};
        }
    }
    co_return co_await take(std::move(url));
}

asio::awaitable<Result<std::unique_ptr<fetch::RequestPermit>>> CountedAccess::permit(
    const fetch::Request& /*request*/, std::chrono::milliseconds /*max_wait*/) {
    co_return std::make_unique<FreePermit>();
}

void KeptLog::write(const log::Record& record) {
    const std::scoped_lock lock(mutex_);
    text_.append(record.message);
    for (const log::Field& field : record.fields) {
        text_.append(" ").append(field.key).append("=").append(field.value);
    }
    text_ += '\n';
    changed_.notify_all();
}

bool KeptLog::has(std::string_view text) const {
    const std::scoped_lock lock(mutex_);
    return text_.contains(text);
}

bool KeptLog::wait_for(std::string_view text, std::size_t from) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30),
        [&] { return text_.find(text, from) != std::string::npos; });
}

std::string KeptLog::text() const {
    const std::scoped_lock lock(mutex_);
    return text_;
}

void MountTest::SetUp() {
    if (::geteuid() != 0 || ::access("/dev/fuse", R_OK | W_OK) != 0) {
        GTEST_SKIP() << "mounting needs root and /dev/fuse";
    }
    runtime_.start();
    client_ = fetch::Client::create({.user_agent = "test", .ca_bundle = {}}, logger_);
}

void MountTest::TearDown() {
    mount_.reset();
    if (HasFailure()) {
        std::cerr << log_->text();
    }
    client_.reset();
}

void MountTest::film(
    const std::string& id, testing::VodOrigin::File file, const std::string& extension) {
    origin_.put(path_at_origin(id, extension), std::move(file));
    films_.emplace_back(id, extension);
}

void MountTest::mount() {
    VodCatalog catalog;
    for (const auto& [id, extension] : films_) {
        catalog.film(
            id, "Film " + id, 0, provider_.url(path_at_origin(id, extension)), 1'600'000'000);
    }
    fetch::Limits limits;
    limits.first_byte = std::chrono::seconds(2);
    limits.stall = std::chrono::seconds(2);
    auto mount = Mount::create({.mount_point = mount_point(),
                                   .name_prefix = "",
                                   .cache = cache(),
                                   .cache_bytes = cache_bytes_,
                                   .sizes = directory_.path() / "vod.db",
                                   .limits = limits,
                                   .size_rate = size_rate_},
        catalog.build(), WallTime(std::chrono::seconds(1'700'000'000)),
        runtime_.context().get_executor(), *client_, access_, logger_);
    ASSERT_TRUE(mount) << mount.error().message();
    mount_ = std::move(*mount);
}

std::filesystem::path MountTest::path_of(
    const std::string& id, const std::string& extension) const {
    const std::string name = "Film " + id;
    return mount_point() / "Movies" / name / (name + extension);
}

OpenedFile::OpenedFile(const std::filesystem::path& path, int flags)
    : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags)),
      error_(descriptor_ < 0 ? errno : 0) {}

OpenedFile::~OpenedFile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

std::optional<std::string> OpenedFile::read(std::uint64_t offset, std::size_t size) {
    std::string bytes(size, '\0');
    std::size_t got = 0;
    while (got < size) {
        const ssize_t part =
            ::pread(descriptor_, bytes.data() + got, size - got, static_cast<off_t>(offset + got));
        if (part < 0) {
            error_ = errno;
            return std::nullopt;
        }
        if (part == 0) {
            break;
        }
        got += static_cast<std::size_t>(part);
    }
    bytes.resize(got);
    return bytes;
}

std::uint64_t OpenedFile::size() const {
    struct stat status{};
    return ::fstat(descriptor_, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

} // namespace plex_tuner::vodfs
