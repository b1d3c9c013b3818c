// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "asset.hpp"
#include "size_book.hpp"
#include "tree.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace plex_tuner::vodfs {

struct SizerOptions {
    int per_minute = 0; ///< files asked for; above 0
    std::function<std::shared_ptr<const Tree>()> tree;
    /// Nobody has a film open.
    std::function<bool()> is_idle;
    /// Where the size goes.
    std::function<void(Inode, std::uint64_t size)> learned;
};

/// Asks for the sizes of files that nobody has opened yet, one at a time and slowly, while nobody
/// else wants anything of their account. A server that answers HEAD as it answers a request for
/// bytes is asked so; any other is asked for one byte. What it will not tell is remembered, and not
/// asked for again within a week. On one strand.
class Sizer {
public:
    /// What is referenced outlives it.
    Sizer(AssetContext& context, SizeBook& sizes, SizerOptions options,
        const asio::any_io_executor& strand);

    /// Until stop().
    [[nodiscard]] asio::awaitable<void> run();
    /// Once a second or so: gives the connection back when somebody else wants it.
    [[nodiscard]] asio::awaitable<void> tend();
    void stop();

private:
    /// How a server is asked; by origin.
    enum class Way { head, one_byte };

    enum class Outcome {
        done,    ///< learned, or it will not be told
        not_now, ///< somebody else has the connection
        trouble, ///< the server is not well, or has enough of us
    };

    [[nodiscard]] std::optional<Inode> next();
    [[nodiscard]] asio::awaitable<Outcome> ask(Inode inode);
    [[nodiscard]] asio::awaitable<Result<std::uint64_t>> learn(const Url& url);
    [[nodiscard]] asio::awaitable<Result<std::uint64_t>> ask_for_head(const Url& url);
    [[nodiscard]] asio::awaitable<Result<std::uint64_t>> ask_for_byte(const Url& url);
    [[nodiscard]] asio::awaitable<Result<std::unique_ptr<fetch::RequestPermit>>> permit(
        const fetch::Request& request);
    [[nodiscard]] asio::awaitable<void> wait(std::chrono::milliseconds time);

    AssetContext& context_;
    SizeBook& sizes_;
    SizerOptions options_;
    asio::steady_timer timer_;
    std::deque<Inode> queue_;
    std::map<std::string, Way> ways_;
    std::shared_ptr<SourceSlot> slot_; ///< of the request that runs; may be null
    fetch::Transfer* transfer_ = nullptr;
    bool interrupted_ = false;
    int failures_ = 0; ///< in a row
    bool stopping_ = false;
};

} // namespace plex_tuner::vodfs
