// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "channel_book.hpp"

#include <plex_tuner/hdhr/channel_facts.hpp>
#include <plex_tuner/lineup/lineup.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace plex_tuner::engine {

enum class LineupDocument { json, xml, m3u, live_m3u };

/// A document as it is sent: shared, never copied.
struct PreparedDocument {
    std::shared_ptr<const std::string> body;
    std::string etag; ///< with its quotes
};

/// The documents of one lineup, each built on its first request per base URL and kept until
/// something else is known of a channel. Thread-safe.
class LineupDocuments {
public:
    /// Without a book nothing is known beyond the lineup.
    explicit LineupDocuments(std::shared_ptr<const lineup::Lineup> lineup,
        std::shared_ptr<const ChannelBook> book = nullptr)
        : lineup_(std::move(lineup)), book_(std::move(book)) {}

    [[nodiscard]] PreparedDocument get(
        LineupDocument document, std::string_view base_url, hdhr::Show show = hdhr::Show::enabled);

private:
    // Clients choose the Host header, so how much is kept must not be theirs to choose.
    static constexpr std::size_t kMaxKeptBytes = std::size_t{24} << 20;

    using Key = std::tuple<LineupDocument, hdhr::Show, std::string>;

    std::shared_ptr<const lineup::Lineup> lineup_;
    std::shared_ptr<const ChannelBook> book_;
    std::mutex mutex_;
    std::map<Key, PreparedDocument> kept_;
    std::uint64_t kept_version_ = 0; ///< of the book, all of kept_
    std::size_t kept_bytes_ = 0;
};

} // namespace plex_tuner::engine
