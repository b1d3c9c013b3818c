// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::provider {

struct M3uPair {
    std::string name;
    std::string value;
    friend bool operator==(const M3uPair&, const M3uPair&) = default;
};

/// Whether a playlist may name files of this machine as streams. One that came over the network may
/// not: it would make us read and serve what its author chooses.
enum class LocalFiles : std::uint8_t { refused, allowed };

/// One address of an entry that Url::parse accepts: http, https, udp or rtp, and file where that is
/// allowed.
struct M3uSource {
    std::string url; ///< byte for byte as written, but for the pipe and what follows it
    /// For the request: pipe headers before directives (EXTVLCOPT, KODIPROP, EXTHTTP) before
    /// attributes. Each name once; names and values are fit for an HTTP header (RFC 9110 section
    /// 5), never one that frames the message or names the host.
    std::vector<M3uPair> headers;
};

/// One entry of an M3U channel list (protocols 4). Text is valid UTF-8 without control characters;
/// name, tvg_id, tvg_name, group_title and tvg_shift are cut to M3uReader::kMaxText bytes, a longer
/// logo is left out.
struct M3uEntry {
    std::string name;     ///< never empty: the name, else tvg-name, else made of the URL's path
    std::string duration; ///< as written: "-1", "0", seconds; may be empty
    std::string tvg_id, tvg_name, logo, group_title;
    /// The first positive number among tvg-chno, ch-number, channel-number and num; may be "5.1",
    /// which is also made of "5-1".
    std::string guide_number;
    std::string tvg_shift; ///< of the entry, else of the list's header
    bool radio = false;
    bool vod = false; ///< marked by #EXT-X-PLAYLIST-TYPE:VOD
    /// Never empty: the URL, and the further ones up to the next #EXTINF, which are backups.
    std::vector<M3uSource> sources;
    /// Every other attribute and option, names lower-case and each once (the first wins), values as
    /// given. catchup* of the list's header are inherited.
    std::vector<M3uPair> attributes;
};

struct M3uHeader {
    std::vector<std::string> guide_urls; ///< url-tvg, x-tvg-url, tvg-url: comma lists split
    std::vector<M3uPair> attributes;     ///< every attribute, names lower-case
};

/// Push parser for channel lists of any size: feed it in any chunking, entries come out in order.
/// Never fails on content: what it cannot use it skips and counts by reason. Pure; holds one line
/// and one entry at a time.
class M3uReader {
public:
    struct Sink {
        std::function<void(const M3uHeader&)> header; ///< for each #EXTM3U line; may be empty
        std::function<void(M3uEntry&&)> entry;
    };

    struct Skipped {
        std::size_t count = 0;
        std::size_t first_line = 0; ///< 1-based
        std::string first_text;     ///< redacted, at most 80 bytes
    };

    static constexpr std::size_t kMaxLine = 1 << 20;
    static constexpr std::size_t kMaxText = 1024;      ///< bytes of a name, group, id or logo
    static constexpr std::size_t kMaxSources = 32;     ///< per entry
    static constexpr std::size_t kMaxAttributes = 128; ///< per entry
    static constexpr std::size_t kMaxGuideUrls = 256;  ///< per header line

    explicit M3uReader(Sink sink, LocalFiles files = LocalFiles::refused);
    ~M3uReader();
    M3uReader(const M3uReader&) = delete;
    M3uReader& operator=(const M3uReader&) = delete;

    void feed(std::string_view bytes);
    /// End of input: the last entry comes out. An HLS playlist (EXT-X-TARGETDURATION,
    /// EXT-X-STREAM-INF), or a text without a single entry that is no M3U at all, is a parse error
    /// (empty_body for nothing) that says what it looks like. Entries may have come out before.
    [[nodiscard]] Result<void> finish();

    /// Reason ("no URL", "text instead of a URL", "unsupported scheme rtmp", "line too long", …) →
    /// where. The number of reasons is bounded.
    [[nodiscard]] const std::map<std::string, Skipped>& skipped() const noexcept;
    [[nodiscard]] std::size_t entries() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Looks at the first decompressed bytes of a download: a channel list, or an error that names what
/// it is instead (HTML page, JSON, XMLTV guide, HLS playlist, compressed data, plain text …: parse;
/// nothing but blanks: empty_body).
[[nodiscard]] Result<void> looks_like_m3u(std::string_view first_bytes);

} // namespace plex_tuner::provider
