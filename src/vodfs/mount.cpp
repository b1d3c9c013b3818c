// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuse_session.hpp"
#include "mount_point.hpp"
#include "sizer.hpp"
#include "tree_difference.hpp"

#include <plex_tuner/vodfs/mount.hpp>

#include <algorithm>
#include <atomic>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::vodfs {

namespace {

constexpr std::chrono::seconds kTend{1};

class KernelMount final : public Mount {
public:
    KernelMount(MountOptions options, asio::any_io_executor executor, fetch::Client& client,
        SourceAccess& access, log::Logger logger)
        : options_(std::move(options)), logger_(std::move(logger)), slots_(access), client_(client),
          access_(access), executor_(std::move(executor)), strand_(asio::make_strand(executor_)),
          tend_timer_(strand_) {}

    ~KernelMount() override { KernelMount::stop(); }

    Result<void> begin(std::shared_ptr<const catalog::Catalog> catalog, WallTime changed_at);
    std::vector<ChangedTitle> publish(
        std::shared_ptr<const catalog::Catalog> catalog, WallTime changed_at) override;
    void stop() override;
    [[nodiscard]] MountStatus status() const override;

    void on_ended(std::function<void()> ended) override { session_->on_ended(ended); }

private:
    [[nodiscard]] std::shared_ptr<const Tree> build(
        std::shared_ptr<const catalog::Catalog> catalog, WallTime changed_at) const;
    void learned(Inode inode, std::uint64_t size, std::shared_ptr<Asset> changed);
    void begin_sizing();
    [[nodiscard]] asio::awaitable<void> run_sizer();
    [[nodiscard]] asio::awaitable<void> tend();
    void wait_for_coroutines();

    MountOptions options_;
    log::Logger logger_;
    SlotPool slots_;
    fetch::Client& client_;
    SourceAccess& access_;
    asio::any_io_executor executor_;
    asio::strand<asio::any_io_executor> strand_;
    asio::steady_timer tend_timer_; ///< on the strand
    bool stopping_ = false;         ///< on the strand
    bool stopped_ = false;          ///< of the one who stops
    MountCounters counters_;
    FileRequests requests_{access_, counters_};
    std::atomic<std::size_t> sizes_known_{0}; ///< of the files of the tree
    // Destroyed in reverse: what uses something stands below it.
    std::unique_ptr<BlockCache> cache_;
    std::unique_ptr<SizeBook> sizes_;
    std::unique_ptr<AssetContext> context_;
    std::optional<AssetTable> assets_;
    std::optional<FileSystem> files_;
    std::unique_ptr<FuseSession> session_;
    std::optional<Sizer> sizer_;                ///< on the strand
    std::optional<asio::thread_pool> notifier_; ///< may wait for reads under way
};

std::shared_ptr<const Tree> KernelMount::build(
    std::shared_ptr<const catalog::Catalog> catalog, WallTime changed_at) const {
    return Tree::build(
        std::move(catalog), {.prefix = options_.name_prefix, .changed_at = changed_at});
}

Result<void> KernelMount::begin(
    std::shared_ptr<const catalog::Catalog> catalog, WallTime changed_at) {
    if (auto prepared = prepare_mount_point(options_.mount_point, logger_); !prepared) {
        return prepared;
    }
    auto cache = BlockCache::open({.directory = options_.cache,
                                      .max_bytes = options_.cache_bytes,
                                      .min_free = options_.cache_min_free},
        logger_);
    if (!cache) {
        return fail(std::move(cache).error());
    }
    cache_ = std::move(*cache);
    auto sizes = SizeBook::open(options_.sizes, logger_);
    if (!sizes) {
        return fail(std::move(sizes).error());
    }
    sizes_ = std::move(*sizes);
    // It cannot be moved, which std::make_unique would. NOLINTNEXTLINE(modernize-make-unique)
    context_.reset(new AssetContext{.executor = executor_,
        .client = client_,
        .access = access_,
        .requests = requests_,
        .slots = slots_,
        .cache = *cache_,
        .counters = counters_,
        .limits = options_.limits,
        .titles = options_.titles,
        .logger = logger_,
        .learned = [this](Inode inode, std::uint64_t size, std::shared_ptr<Asset> changed) {
            learned(inode, size, std::move(changed));
        }});
    assets_.emplace(*context_);
    files_.emplace(*assets_, *sizes_, counters_, logger_);
    files_->exchange(build(std::move(catalog), changed_at));
    sizes_known_ = sizes_->known_of(*files_->tree());
    notifier_.emplace(1);
    auto session = FuseSession::mount(*files_, options_.mount_point, options_.allow_other);
    if (!session) {
        return fail(std::move(session).error());
    }
    session_ = std::move(*session);
    if (options_.size_rate > 0) {
        begin_sizing();
    }
    ++context_->running;
    asio::co_spawn(strand_, tend(), asio::detached);
    const TreeCounts& counts = files_->tree()->counts();
    logger_.info("mounted", {{"mount_point", options_.mount_point.string()},
                                {"films", counts.films}, {"series", counts.series},
                                {"episodes", counts.episodes}, {"left_out", counts.left_out}});
    return {};
}

void KernelMount::begin_sizing() {
    sizer_.emplace(*context_, *sizes_,
        SizerOptions{.per_minute = options_.size_rate,
            .tree = [this] { return files_->tree(); },
            .is_idle = [this] { return files_->files_open() == 0; },
            .learned =
                [this](Inode inode, std::uint64_t size) {
                    learned(inode, size, nullptr);
                }},
        strand_);
    ++context_->running;
    asio::co_spawn(strand_, run_sizer(), asio::detached);
}

asio::awaitable<void> KernelMount::run_sizer() {
    AssetContext& context = *context_; // once it is counted as gone, `this` may be
    co_await sizer_->run();
    --context.running;
    context.running.notify_all();
}

asio::awaitable<void> KernelMount::tend() {
    AssetContext& context = *context_; // once it is counted as gone, `this` may be
    while (!stopping_) {
        tend_timer_.expires_after(kTend);
        co_await tend_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        co_await slots_.tend();
        if (sizer_) {
            co_await sizer_->tend();
        }
    }
    --context.running;
    context.running.notify_all();
}

void KernelMount::learned(Inode inode, std::uint64_t size, std::shared_ptr<Asset> changed) {
    const bool was_known = sizes_->find(inode).has_value();
    if (!sizes_->learn(inode, size) && changed == nullptr) {
        return;
    }
    if (was_known != (size != 0) && files_->tree()->find(inode)) {
        sizes_known_ += was_known ? std::size_t{0} - 1 : 1;
    }
    // Before the open that waits for it is answered, so that the first fstat tells the truth. What
    // changes the pages waits for reads that this very thread may have to answer.
    session_->forget_attributes(inode);
    if (changed != nullptr) {
        asio::post(*notifier_, [this, inode, changed = std::move(changed)] {
            session_->forget_content(inode);
            changed->kernel_follows();
        });
    }
}

std::vector<ChangedTitle> KernelMount::publish(
    std::shared_ptr<const catalog::Catalog> catalog, WallTime changed_at) {
    const auto after = build(std::move(catalog), changed_at);
    const auto before = files_->exchange(after);
    sizes_known_ = sizes_->known_of(*after);
    for (const auto& asset : assets_->all()) {
        if (auto address = after->address(asset->inode())) {
            asset->set_address(std::move(*address));
        }
    }
    const TreeDifference difference(*before, *after);
    for (const ChangedName& changed : difference.names()) {
        session_->forget_name(changed.directory, changed.name);
    }
    for (const Inode directory : difference.directories()) {
        session_->forget_content(directory);
    }
    for (const Inode node : difference.nodes()) {
        session_->forget_attributes(node);
    }
    const TreeCounts& counts = after->counts();
    logger_.info("the mount shows the new catalog",
        {{"films", counts.films}, {"series", counts.series}, {"episodes", counts.episodes},
            {"changed_names", difference.names().size()}});
    return difference.titles();
}

MountStatus KernelMount::status() const {
    const TreeCounts counts = files_->tree()->counts();
    const std::size_t files = counts.films + counts.episodes;
    const std::size_t known = std::min(sizes_known_.load(), files);
    MountStatus status{.mount_point = options_.mount_point,
        .films = counts.films,
        .series = counts.series,
        .episodes = counts.episodes,
        .files_open = files_->files_open(),
        .reads_waiting = counters_.reads_waiting,
        .reads_failed = counters_.reads_failed,
        .cache_read_bytes = counters_.cache_read_bytes,
        .provider_bytes = counters_.provider_bytes,
        .provider_requests = counters_.provider_requests,
        .cache_bytes = cache_->used(),
        .cache_limit = options_.cache_bytes,
        .cache_evictions = cache_->evictions(),
        .sizes_known = known,
        .sizes_unknown = files - known};
    for (std::size_t i = 0; i < kSourceFailures; ++i) {
        status.provider_failures[i] = counters_.provider_failures[i];
    }
    return status;
}

void KernelMount::wait_for_coroutines() {
    for (std::size_t left = context_->running.load(); left != 0; left = context_->running.load()) {
        context_->running.wait(left);
    }
}

void KernelMount::stop() {
    if (!context_ || !assets_ || std::exchange(stopped_, true)) {
        return;
    }
    // Reads first: whoever waits for one gets its error while the mount is still there.
    context_->stopping = true;
    for (const auto& asset : assets_->all()) {
        asset->stop();
    }
    if (session_) {
        asio::post(strand_, [this] {
            stopping_ = true;
            tend_timer_.cancel();
            if (sizer_) {
                sizer_->stop();
            }
        });
        wait_for_coroutines();
        session_->stop();
    }
    // What was begun meanwhile; from here on nothing is.
    for (const auto& asset : assets_->all()) {
        asset->stop();
    }
    wait_for_coroutines();
    if (notifier_) {
        notifier_->join();
    }
    logger_.info("unmounted", {{"mount_point", options_.mount_point.string()}});
}

} // namespace

Result<std::unique_ptr<Mount>> Mount::create(MountOptions options,
    std::shared_ptr<const catalog::Catalog> catalog, WallTime changed_at,
    asio::any_io_executor executor, fetch::Client& client, SourceAccess& access,
    log::Logger logger) {
    auto mount = std::make_unique<KernelMount>(
        std::move(options), std::move(executor), client, access, std::move(logger));
    if (auto begun = mount->begin(std::move(catalog), changed_at); !begun) {
        return fail(std::move(begun).error());
    }
    return mount;
}

} // namespace plex_tuner::vodfs
