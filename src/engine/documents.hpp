// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/lineup/lineup.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace plex_tuner::engine {

enum class LineupDocument { json, xml, m3u, live_m3u };

/// A document as it is sent: shared, never copied.
struct PreparedDocument {
    std::shared_ptr<const std::string> body;
    std::string etag; ///< with its quotes
};

/// The documents of one lineup, each built on its first request per base URL and kept. Thread-safe.
class LineupDocuments {
public:
    explicit LineupDocuments(std::shared_ptr<const lineup::Lineup> lineup)
        : lineup_(std::move(lineup)) {}

    [[nodiscard]] PreparedDocument get(LineupDocument document, std::string_view base_url);

private:
    // Clients choose the Host header, so how much is kept must not be theirs to choose.
    static constexpr std::size_t kMaxKeptBytes = std::size_t{24} << 20;

    std::shared_ptr<const lineup::Lineup> lineup_;
    std::mutex mutex_;
    std::map<std::pair<LineupDocument, std::string>, PreparedDocument, std::less<>> kept_;
    std::size_t kept_bytes_ = 0;
};

} // namespace plex_tuner::engine
