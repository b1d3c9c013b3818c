// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "block_cache.hpp"
#include "file_requests.hpp"
#include "mount_counters.hpp"
#include "range_answer.hpp"
#include "reader.hpp"
#include "slot_pool.hpp"
#include "tree.hpp"

#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/vodfs/title_source.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace plex_tuner::vodfs {

class Asset;

/// What the files of a mount share; outlives them.
struct AssetContext {
    asio::any_io_executor executor;
    fetch::Client& client;
    SourceAccess& access;
    FileRequests& requests;
    SlotPool& slots;
    BlockCache& cache;
    MountCounters& counters;
    fetch::Limits limits;
    TitleSource* titles; ///< null: what is HLS only cannot be read
    log::Logger logger;
    /// The size of a file became known, or is another one; with `changed` so are its bytes, and
    /// that asset is told once the kernel has forgotten the old ones. Without a lock, on some
    /// thread of `executor`.
    std::function<void(Inode, std::uint64_t size, std::shared_ptr<Asset> changed)> learned;
    std::atomic<std::size_t> running{0}; ///< coroutines, and assets that are being stopped
    std::atomic<bool> stopping{false};   ///< no read is begun any more
};

/// One film or episode that is open: fetches what its readers ask for, a little ahead of them, once
/// for all of them, and keeps it. Thread-safe; what moves does so on its strand.
///
/// Never waits for bytes nobody asked for: a read far from what is being fetched begins a request
/// of its own, and requests that nobody follows any more are ended. (What is HLS only has one
/// beginning: it grows from there.) Never gives out bytes of two
/// files: when the origin has another one (size, ETag, Last-Modified), readers of the old one fail.
class Asset : public std::enable_shared_from_this<Asset> {
public:
    static constexpr std::chrono::seconds kReadPatience{30};
    static constexpr std::chrono::seconds kLearnPatience{8};
    static constexpr std::size_t kMaxStreams = 3;

    /// The bytes, fewer only at the end of the file; or what the log has been told.
    using Reply = std::function<void(Result<std::string>)>;
    using ReadId = std::uint64_t;

    Asset(
        AssetContext& context, Inode inode, FileAddress address, std::optional<std::uint64_t> size);
    ~Asset();
    Asset(const Asset&) = delete;
    Asset& operator=(const Asset&) = delete;

    [[nodiscard]] Inode inode() const noexcept { return inode_; }

    /// After a refresh.
    void set_address(FileAddress address);
    /// A reader, counted for as long as it lives.
    [[nodiscard]] std::shared_ptr<Reader> add_reader();

    /// Calls `done` when the size is known, or will not be in the next seconds.
    void learn_size(std::function<void()> done);

    /// 0: not known.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_.load(); }

    /// The file in which all of these bytes are, if they can be had without waiting.
    [[nodiscard]] std::shared_ptr<CacheDescriptor> cached(Reader& reader, std::uint64_t offset,
        std::uint64_t size, const std::function<void()>& before_waiting);
    /// Calls `reply` once, on some thread.
    ReadId read(
        std::shared_ptr<Reader> reader, std::uint64_t offset, std::uint64_t size, Reply reply);
    /// The read is answered with `cancelled`, if it was not yet answered.
    void cancel(ReadId id);
    /// All reads are answered with `unavailable`, all requests end.
    void stop();

    /// The bytes have changed, and the kernel may still hold pages of the old ones.
    [[nodiscard]] bool is_old_in_kernel() const noexcept { return changes_in_kernel_ != 0; }

    /// Of one change: it holds none any more.
    void kernel_follows() noexcept { --changes_in_kernel_; }

private:
    using Clock = std::chrono::steady_clock;

    struct Waiter {
        ReadId id = 0;
        std::shared_ptr<Reader> reader;
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        Reply reply; ///< null: waits for the size
        std::function<void()> learn_done;
        Clock::time_point deadline{};

        [[nodiscard]] bool learns() const noexcept { return learn_done != nullptr; }
    };

    /// One download, from one position on.
    struct Stream {
        explicit Stream(const asio::any_io_executor& executor)
            : wake(executor), aborted(executor, Clock::time_point::max()) {}

        std::uint64_t begin = 0;
        std::uint64_t position = 0; ///< the next byte to come
        std::optional<std::uint64_t> end;
        std::uint64_t limit = 0; ///< waits there until somebody reads on
        std::string tail;        ///< the bytes before `position` that fill no block yet
        bool has_waiter = false;
        bool is_wanted = false;
        bool cancelled = false;
        int failures = 0; ///< since bytes came last
        fetch::Transfer* transfer = nullptr;
        Title* title = nullptr;
        asio::steady_timer wake;    ///< ends a pause
        asio::steady_timer aborted; ///< never expires: ended when cancelled

        [[nodiscard]] std::uint64_t tail_begin() const noexcept { return position - tail.size(); }
    };

    using StreamPtr = std::shared_ptr<Stream>;

    void add_waiter(Waiter waiter);
    void pump();
    void answer_waiters();
    [[nodiscard]] bool try_answer(Waiter& waiter);
    [[nodiscard]] std::optional<std::string> assemble(std::uint64_t begin, std::uint64_t end);
    void answer(Waiter& waiter, Result<std::string> result);
    void fail_waiters(const Error& error, const std::function<bool(const Waiter&)>& which);
    void report(const Error& error, std::uint64_t offset);
    void expire_waiters();

    [[nodiscard]] std::uint64_t first_missing(std::uint64_t begin, std::uint64_t end) const;
    [[nodiscard]] Stream* stream_for(std::uint64_t offset, std::uint64_t run) const;
    void want(std::uint64_t offset, std::uint64_t end, std::uint64_t run, bool waits);
    void begin_stream(std::uint64_t offset, std::uint64_t end, std::uint64_t run, bool waits);
    [[nodiscard]] bool is_followed(const Stream& stream) const;
    void cancel_stream(Stream& stream);
    void find_index();

    [[nodiscard]] asio::awaitable<void> run_stream(StreamPtr stream);
    [[nodiscard]] asio::awaitable<Result<void>> attempt(StreamPtr stream);
    [[nodiscard]] asio::awaitable<Result<void>> transfer_body(StreamPtr stream,
        fetch::Transfer& transfer, const fetch::ResponseHead& head, const RangeAnswer& answer);
    [[nodiscard]] asio::awaitable<Result<void>> request_file(
        StreamPtr stream, fetch::Request request);
    /// The title from its beginning.
    [[nodiscard]] asio::awaitable<Result<void>> request_title(StreamPtr stream, const Url& url);
    [[nodiscard]] asio::awaitable<Result<void>> take_title(StreamPtr stream, Title& title);
    [[nodiscard]] asio::awaitable<Result<std::unique_ptr<fetch::RequestPermit>>> permit(
        StreamPtr stream, const fetch::Request& request);
    /// The read is of a part that a title comes to much later only.
    [[nodiscard]] bool is_out_of_reach(const Waiter& waiter) const;
    [[nodiscard]] Result<void> believe(const RangeAnswer& answer, const StreamPtr& stream);
    [[nodiscard]] Result<void> adopt(const RangeAnswer& answer);
    void give_up(Stream& stream);
    void restart_whole(const StreamPtr& stream);
    void become_another(const RangeAnswer& answer);
    void set_size(std::uint64_t size);
    void take_bytes(Stream& stream, std::string_view bytes);
    [[nodiscard]] asio::awaitable<void> watch();
    [[nodiscard]] asio::awaitable<void> wait(StreamPtr stream, std::chrono::milliseconds time);

    AssetContext& context_;
    const Inode inode_;
    asio::strand<asio::any_io_executor> strand_;
    asio::steady_timer watch_timer_;
    std::shared_ptr<BlockStore> store_;
    std::atomic<std::uint64_t> size_{0};
    std::atomic<std::uint32_t> version_{1};
    std::atomic<ReadId> next_id_{1};
    std::atomic<bool> pump_posted_{false};
    std::atomic<unsigned> changes_in_kernel_{0}; ///< that the kernel has not followed yet
    FileAddress address_;
    std::vector<std::weak_ptr<Reader>> readers_;
    std::vector<Waiter> waiters_;
    std::vector<StreamPtr> streams_;
    bool has_ranges_ = true; ///< false: one download for all, from the beginning
    bool was_title_begun_ = false;
    std::uint64_t made_ = 0; ///< of a title, at most so far
    bool watching_ = false;
    bool looked_for_index_ = false;
    std::optional<std::pair<std::uint64_t, std::uint64_t>> index_; ///< to be fetched beforehand
    std::optional<Error> trouble_;
    Clock::time_point trouble_until_{};
    bool is_trouble_told_ = true; ///< in the log
};

} // namespace plex_tuner::vodfs
