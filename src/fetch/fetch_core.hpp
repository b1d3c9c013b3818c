// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "body_pipe.hpp"
#include "curl_handles.hpp"
#include "curl_loop.hpp"

#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace plex_tuner::fetch {

class TransferJob;

/// The fetch thread: its io_context, libcurl's loop, the running jobs and the connection slots.
/// submit(), cancel(), resume() and gather() may be called from any thread; everything else belongs
/// to the fetch thread and asserts it. That thread is our own ("fetch"), or the one that runs the
/// caller's io_context. Shared by the client and its transfers, so that a transfer may be destroyed
/// after its client.
class FetchCore final : public CurlLoopOwner, public std::enable_shared_from_this<FetchCore> {
public:
    /// Jobs waiting for a connection; beyond it requests fail at once.
    static constexpr std::size_t kMaxWaiting = 4096;

    /// `context`: the caller's, run by one thread; null: one of its own.
    FetchCore(asio::io_context* context, ClientOptions options, log::Logger logger);
    ~FetchCore() override;

    /// Once, before anything else; our own thread runs after it.
    [[nodiscard]] Result<void> start();
    /// Cancels all transfers. Joins our own thread, so it is called from another; a caller's
    /// context is run by nobody meanwhile.
    void shut_down();

    void submit(std::shared_ptr<TransferJob> job);
    void cancel(const std::weak_ptr<TransferJob>& job);
    void resume(const std::weak_ptr<TransferJob>& job);
    void gather(const std::weak_ptr<TransferJob>& job);

    // Fetch thread only, for jobs.
    void assert_on_thread() const;

    [[nodiscard]] asio::io_context& context() noexcept { return context_; }

    [[nodiscard]] CurlLoop& loop() noexcept { return *loop_; }

    [[nodiscard]] const ClientOptions& options() const noexcept { return options_; }

    [[nodiscard]] const log::Logger& logger() const noexcept { return logger_; }

    [[nodiscard]] curl_slist* shoutcast_aliases() const noexcept { return aliases_.get(); }

    /// ClientOptions::ca_bundle is a directory.
    [[nodiscard]] bool has_ca_directory() const noexcept { return has_ca_directory_; }

    /// A handle without options and cookies; null when libcurl has none.
    [[nodiscard]] CurlEasy take_handle();
    /// For another job: making a handle anew costs a third of a small request.
    void give_back(CurlEasy handle);

    /// Takes a connection slot for `origin` and calls begin_hop(), now or when one becomes free.
    void acquire(TransferJob& job, const std::string& origin);
    void release(const std::string& origin);
    /// The job is over: forget it (it dies when the caller's reference goes).
    void forget(TransferJob& job);
    /// The pipe has news for its reader; told at the end of this round of work.
    void mark_dirty(const std::shared_ptr<BodyPipe>& pipe);

    void on_transfer_done(CURL* easy, CURLcode result) override;
    void on_round_done() override;

private:
    void run() noexcept;
    void close();
    void pump();
    [[nodiscard]] bool has_slot(const std::string& origin) const;

    struct Waiting {
        TransferJob* job;
        std::string origin;
    };

    const CurlGlobal global_;
    const ClientOptions options_;
    const bool has_ca_directory_;
    const log::Logger logger_;
    CurlList aliases_;
    const std::unique_ptr<asio::io_context> own_context_; ///< null: the caller's
    asio::io_context& context_;
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
    std::unique_ptr<CurlLoop> loop_; ///< gone after shut_down()
    std::vector<CurlEasy> idle_handles_;
    std::unordered_map<TransferJob*, std::shared_ptr<TransferJob>> jobs_;
    std::map<std::string, std::size_t> used_; ///< slots per origin
    std::size_t used_total_ = 0;
    std::deque<Waiting> waiting_;
    std::vector<std::shared_ptr<BodyPipe>> dirty_;
    bool closing_ = false;
    std::thread thread_;
};

} // namespace plex_tuner::fetch
