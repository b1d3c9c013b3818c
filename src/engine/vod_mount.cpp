// SPDX-License-Identifier: GPL-3.0-or-later
#include "library_scans.hpp"
#include "shared_governor.hpp"
#include "shared_slots.hpp"
#include "vod_access.hpp"
#include "vod_titles.hpp"

#include <plex_tuner/catalog/catalog_file.hpp>
#include <plex_tuner/engine/vod_mount.hpp>
#include <plex_tuner/net/io_runtime.hpp>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_future.hpp>
#include <sys/stat.h>

namespace plex_tuner::engine {

namespace {

constexpr std::chrono::seconds kLook{2};
/// Of the reads of films: curl, the disk and the answers to the kernel.
constexpr unsigned kThreads = 3;

/// Another one means another catalog.
struct FileStamp {
    dev_t device = 0;
    ino_t inode = 0;
    std::int64_t size = -1; ///< -1: there is none
    timespec changed{};

    friend bool operator==(const FileStamp& a, const FileStamp& b) {
        return a.device == b.device && a.inode == b.inode && a.size == b.size &&
               a.changed.tv_sec == b.changed.tv_sec && a.changed.tv_nsec == b.changed.tv_nsec;
    }
};

[[nodiscard]] FileStamp stamp_of(const std::filesystem::path& file) {
    struct stat status{};
    if (::stat(file.c_str(), &status) != 0) {
        return {};
    }
    return {.device = status.st_dev,
        .inode = status.st_ino,
        .size = status.st_size,
        .changed = status.st_mtim};
}

class RunningVodMount final : public VodMount {
public:
    RunningVodMount(VodMountOptions options, log::Logger logger)
        : options_(std::move(options)), logger_(std::move(logger)),
          runtime_(logger_.module("net"), kThreads), signals_(runtime_.context()) {}

    ~RunningVodMount() override;

    Result<void> begin();
    void run() override;

    [[nodiscard]] VodMountStatus status() const override;

private:
    [[nodiscard]] Result<void> open_ledgers();
    [[nodiscard]] Result<std::shared_ptr<const catalog::Catalog>> read() const;
    void wait_for_signals();
    void stop_scans();
    void follow();
    void end();

    VodMountOptions options_;
    log::Logger logger_;
    net::IoRuntime runtime_;
    asio::signal_set signals_;
    FileStamp stamp_;  ///< of the catalog that is shown; on the following thread
    FileStamp failed_; ///< of the one that could not be read last; there, too
    // Destroyed in reverse: what uses something stands below it.
    std::unique_ptr<fetch::Client> client_;
    std::unique_ptr<SharedSlots> slots_;       ///< null: no account has connections to count
    std::unique_ptr<SharedGovernor> governor_; ///< null: no provider is configured
    std::optional<VodAccess> access_;
    std::optional<VodTitles> titles_;
    std::unique_ptr<vodfs::Mount> mount_;
    std::unique_ptr<LibraryScans> scans_; ///< null: nobody is told of changes
    std::mutex mutex_;
    std::condition_variable changed_;
    bool look_ = false;
    bool ended_ = false;
    std::thread follower_;
};

RunningVodMount::~RunningVodMount() {
    end();
    if (follower_.joinable()) {
        follower_.join();
    }
    stop_scans();
    mount_.reset();
    runtime_.finish();
    runtime_.stop();
    runtime_.join();
}

Result<std::shared_ptr<const catalog::Catalog>> RunningVodMount::read() const {
    auto catalog = catalog::read_catalog_file(options_.index.catalog);
    if (catalog) {
        return std::make_shared<const catalog::Catalog>(std::move(*catalog));
    }
    if (catalog.error().code() == ErrorCode::not_found && options_.catalog_may_come_later) {
        return std::make_shared<const catalog::Catalog>();
    }
    return fail(std::move(catalog).error());
}

Result<void> RunningVodMount::open_ledgers() {
    if (options_.index.accounts.empty()) {
        return {};
    }
    auto governor = SharedGovernor::open(
        options_.index.shared_directory, logger_.module("governor"), options_.index.coordination);
    if (!governor) {
        return fail(std::move(governor).error());
    }
    governor_ = std::move(*governor);
    std::vector<SlotAccount> accounts = slot_accounts(options_.index.accounts);
    if (accounts.empty()) {
        return {};
    }
    auto slots = SharedSlots::open(options_.index.shared_directory, std::move(accounts),
        logger_.module("slots"), options_.index.coordination);
    if (!slots) {
        return fail(std::move(slots).error());
    }
    slots_ = std::move(*slots);
    return {};
}

Result<void> RunningVodMount::begin() {
    if (options_.ends_on_signals) {
        for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
            signals_.add(signal); // those that come now wait for run()
        }
    }
    stamp_ = stamp_of(options_.index.catalog);
    auto catalog = read();
    if (!catalog) {
        return fail(std::move(catalog).error());
    }
    client_ = fetch::Client::create(options_.fetch, logger_.module("fetch"));
    if (auto opened = open_ledgers(); !opened) {
        return opened;
    }
    access_.emplace(slots_.get(), governor_.get(), options_.index);
    titles_.emplace(*client_, options_.mount.limits, logger_.module("title"));
    options_.mount.titles = &*titles_;
    runtime_.start();
    auto mount = vodfs::Mount::create(options_.mount, std::move(*catalog),
        WallTime(std::chrono::seconds(stamp_.changed.tv_sec)), runtime_.context().get_executor(),
        *client_, *access_, logger_.module("vodfs"));
    if (!mount) {
        return fail(std::move(mount).error());
    }
    mount_ = std::move(*mount);
    if (options_.library_scans) {
        scans_ = std::make_unique<LibraryScans>(runtime_.context(), *client_,
            *options_.library_scans, std::filesystem::absolute(options_.mount.mount_point).string(),
            logger_.module("plex"));
        scans_->mounted(mount_->status());
    }
    follower_ = std::thread([this] { follow(); });
    return {};
}

/// The catalog is large: it is read here, where nobody waits for it.
void RunningVodMount::follow() {
    net::name_thread("vod-catalog");
    std::unique_lock lock(mutex_);
    while (!ended_) {
        changed_.wait_for(lock, kLook, [this] { return ended_ || look_; });
        look_ = false;
        const FileStamp stamp = stamp_of(options_.index.catalog);
        if (ended_ || stamp == stamp_ || stamp.size < 0) {
            continue; // gone: what was there stays
        }
        lock.unlock();
        if (auto catalog = read()) {
            stamp_ = stamp;
            failed_ = {};
            const auto titles = mount_->publish(
                std::move(*catalog), WallTime(std::chrono::seconds(stamp.changed.tv_sec)));
            if (scans_) {
                scans_->changed(titles, mount_->status());
            }
        } else if (const bool is_known = std::exchange(failed_, stamp) == stamp; !is_known) {
            // One that is broken stays so; whatever else it is may pass, and is said once.
            if (catalog.error().code() == ErrorCode::parse) {
                stamp_ = stamp;
            }
            logger_.warn("the new catalog cannot be read, the mount shows the one before",
                {{"error", catalog.error()}});
        }
        lock.lock();
    }
}

VodMountStatus RunningVodMount::status() const {
    return {mount_->status(), scans_ ? scans_->status() : LibraryScanStatus{}};
}

void RunningVodMount::stop_scans() {
    if (scans_) {
        asio::co_spawn(runtime_.context(), scans_->stop(), asio::use_future).get();
    }
}

void RunningVodMount::end() {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    changed_.notify_all();
}

void RunningVodMount::wait_for_signals() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (error) {
            return;
        }
        if (signal == SIGHUP) {
            {
                const std::scoped_lock lock(mutex_);
                look_ = true;
                changed_.notify_all();
            }
            wait_for_signals();
            return;
        }
        logger_.info("stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
        end();
    });
}

void RunningVodMount::run() {
    std::signal(SIGPIPE, SIG_IGN);
    wait_for_signals();
    mount_->on_ended([this] {
        logger_.info("somebody else unmounted it");
        end();
    });
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ended_; });
    }
    follower_.join();
    stop_scans();
    mount_->stop();
    logger_.info("stopped");
}

} // namespace

Result<std::unique_ptr<VodMount>> VodMount::create(VodMountOptions options, log::Logger logger) {
    auto mount = std::make_unique<RunningVodMount>(std::move(options), std::move(logger));
    if (auto begun = mount->begin(); !begun) {
        return fail(std::move(begun).error());
    }
    return mount;
}

} // namespace plex_tuner::engine
