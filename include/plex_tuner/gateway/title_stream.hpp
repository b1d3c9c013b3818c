// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/fetch/governor.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/media/media_worker.hpp>

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace plex_tuner::gateway {

namespace asio = boost::asio;

struct TitleOptions {
    fetch::Limits limits = {};
    std::vector<fetch::Credentials> credentials = {}; ///< by origin; sent to no other host
    media::WorkerOptions remuxing = {};
    /// Whose permit each request waits for; outlives the title. Null: none is needed.
    fetch::Governor* governor = nullptr;
};

/// A film that is HLS only as one transport stream: the best variant from the first
/// segment to EXT-X-ENDLIST (RFC 8216 4.3.3.4), each of them or none. Bytes depend on nothing but
/// the segments. Confined to its strand.
class TitleStream {
public:
    [[nodiscard]] static std::unique_ptr<TitleStream> open(const asio::any_io_executor& strand,
        fetch::Client& client, Url url, const TitleOptions& options, log::Logger log);
    virtual ~TitleStream() = default;

    /// The next bytes, whole packets; none at its end. unsupported: it is no HLS, it has no end, or
    /// it is protected.
    [[nodiscard]] virtual asio::awaitable<Result<std::string>> read() = 0;
    virtual void cancel() noexcept = 0;
    /// Cancels, and waits until nothing of it runs any more: before it is destroyed.
    [[nodiscard]] virtual asio::awaitable<void> finish() = 0;
};

} // namespace plex_tuner::gateway
