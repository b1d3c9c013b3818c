// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/fetch/governor.hpp>

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace plex_tuner::vodfs {

namespace asio = boost::asio;

/// A title that its provider has as HLS only, on its way as one transport stream. Confined to the
/// strand it was opened with.
class Title {
public:
    virtual ~Title() = default;

    /// The next bytes; none at its end. The same title gives the same bytes each time.
    [[nodiscard]] virtual asio::awaitable<Result<std::string>> read() = 0;
    /// What waits in read() fails.
    virtual void cancel() noexcept = 0;
    /// Cancels, and waits until nothing of it runs any more: before it is destroyed.
    [[nodiscard]] virtual asio::awaitable<void> finish() = 0;
};

class TitleSource {
public:
    virtual ~TitleSource() = default;
    /// From its beginning. Any thread; `strand` runs nothing else of the title at the same time.
    /// Each request waits for a permit of `governor`, which outlives the title.
    [[nodiscard]] virtual std::unique_ptr<Title> open(
        asio::any_io_executor strand, Url url, fetch::Governor& governor) = 0;
};

} // namespace plex_tuner::vodfs
