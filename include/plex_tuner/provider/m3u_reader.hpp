// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plex_tuner::provider {

/// One entry of an M3U channel list (protocols 4). Text is valid UTF-8; URLs are byte for byte.
struct M3uEntry {
    std::string name;
    std::string duration; ///< as written: "-1", "0", seconds
    std::string tvg_id, tvg_name, logo, guide_number, group_title, tvg_shift;
    bool radio = false;
    std::string url; ///< without pipe headers
    std::vector<std::pair<std::string, std::string>> headers;    ///< for the request: pipe, EXTVLCOPT, KODIPROP, EXTHTTP, attributes
    std::vector<std::pair<std::string, std::string>> attributes; ///< every other attribute, names lower-case, values as given
};

struct M3uHeader {
    std::vector<std::string> guide_urls; ///< url-tvg, x-tvg-url, tvg-url: comma lists split
    std::vector<std::pair<std::string, std::string>> attributes;
};

/// Push parser for channel lists of any size: feed it in any chunking, entries come out in order.
/// Never fails on content: what it cannot use it skips and counts by reason. Pure.
class M3uReader {
public:
    struct Sink {
        std::function<void(const M3uHeader&)> header;
        std::function<void(M3uEntry&&)> entry;
    };
    struct Skipped {
        std::size_t count = 0;
        std::size_t first_line = 0; ///< 1-based
        std::string first_text;     ///< redacted, at most 80 bytes
    };

    static constexpr std::size_t kMaxLine = 1 << 20;

    explicit M3uReader(Sink sink);
    ~M3uReader();

    void feed(std::string_view bytes);
    /// End of input. An HLS playlist (EXT-X-TARGETDURATION, EXT-X-STREAM-INF), or a text without a
    /// single entry that is no M3U at all, is an error that says what it looks like.
    [[nodiscard]] Result<void> finish();

    /// Reason ("no URL", "URL without scheme", "unsupported scheme rtmp", "line too long", …) → where.
    [[nodiscard]] const std::map<std::string, Skipped>& skipped() const noexcept;
    [[nodiscard]] std::size_t entries() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Looks at the first decompressed bytes of a download: a channel list, or an error that names what
/// it is instead (HTML page, JSON, HLS playlist, empty).
[[nodiscard]] Result<void> looks_like_m3u(std::string_view first_bytes);

} // namespace plex_tuner::provider
