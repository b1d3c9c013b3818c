// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/secret.hpp>
#include <plex_tuner/base/url.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace plex_tuner::provider {

/// What player_api.php is asked for; in brackets the record whose id goes along.
enum class XtreamAction : std::uint8_t {
    account,
    live_categories,
    movie_categories,
    series_categories,
    live_streams, ///< [category]
    movies,       ///< [category]
    series,       ///< [category]
    movie_info,   ///< [movie]
    series_info,  ///< [series]
    short_guide,  ///< [live stream] a day's programmes: four, if it were not for a limit
    guide_table,  ///< [live stream]
};

/// `base` without what people paste along from their provider's mail: query, fragment, a last path
/// part *.php, and slashes at the end.
[[nodiscard]] Url xtream_base(const Url& base);

/// The addresses of one account on one panel (protocols 6.1). User name and password are
/// percent-encoded, in queries and in paths. Every address holds the credentials: show only
/// Url::redacted of it. Immutable.
class XtreamUrls {
public:
    /// For the parts of the credentials and ids, in bytes.
    static constexpr std::size_t kMaxPart = 1024;

    /// `base` may be pasted (see xtream_base). An empty user name or password, one of more than
    /// kMaxPart, and a base that is not http or https or has more than 64 KiB are invalid_argument.
    [[nodiscard]] static Result<XtreamUrls> make(
        const Url& base, std::string_view user, const Secret& password);

    [[nodiscard]] const Url& base() const noexcept { return base_; }

    /// With an `id`, the list of that category, or the details of that record; an id of more than
    /// kMaxPart, or one for an action that takes none, is invalid_argument.
    [[nodiscard]] Result<Url> player_api(XtreamAction action, std::string_view id = {}) const;

    /// get.php: the account's channel list as M3U whose streams are of `output` ("ts", "m3u8").
    [[nodiscard]] Result<Url> playlist(std::string_view output) const;

    /// xmltv.php: the guide of all channels.
    [[nodiscard]] Result<Url> guide() const;

    /// "/USER/PASS/", percent-encoded: what all stream addresses of the account have in them.
    [[nodiscard]] const std::string& credentials_path() const noexcept { return path_; }

    // Streams, as text because there are hundreds of thousands. `extension` is without its dot and
    // must be of letters and digits; without one a live stream is as the panel likes it, a film or
    // an episode an mp4.
    [[nodiscard]] std::string live(std::string_view id, std::string_view extension) const;
    [[nodiscard]] std::string movie(std::string_view id, std::string_view extension) const;
    [[nodiscard]] std::string episode(std::string_view id, std::string_view extension) const;

private:
    XtreamUrls(Url base, std::string_view user, const Secret& password);
    [[nodiscard]] Result<Url> request(std::string_view file, std::string_view more) const;
    [[nodiscard]] std::string stream(
        std::string_view kind, std::string_view id, std::string_view extension) const;

    Url base_;
    std::string query_; ///< "?username=…&password=…"
    std::string path_;  ///< "/USER/PASS/"
};

} // namespace plex_tuner::provider
