// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/provider/chunks.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plex_tuner::provider {

enum class XtreamStatus : std::uint8_t {
    active,
    trial,
    expired,
    disabled,
    banned,
    other, ///< not said, or a word we do not know; see XtreamAccount::status_text
};

/// What a panel says of an account and of itself (player_api.php without an action). All texts are
/// valid UTF-8 without control characters and may be empty.
struct XtreamAccount {
    XtreamStatus status = XtreamStatus::other;
    std::string status_text;                     ///< as written: "Active", "Banned", …
    std::string message;                         ///< the provider's words to its customer
    std::optional<WallTime> expires_at;          ///< none: it does not end
    std::optional<std::int32_t> max_connections; ///< above zero; none: not said, or without limit
    std::int32_t active_connections = 0;
    bool trial = false;
    std::vector<std::string> output_formats; ///< lower case: "m3u8", "ts", "rtmp"
    std::string time_zone; ///< of the server, an IANA name: catch-up addresses count in it
    /// Where streams come from, of url, port or https_port and server_protocol; none when the panel
    /// does not say, and then it is where the API is.
    std::optional<Url> stream_base;

    /// By its status, or because `now` is expires_at or later.
    [[nodiscard]] bool expired(WallTime now) const noexcept;
};

/// Reads the answer, whatever its size. Errors:
///  - invalid_argument: user name or password is wrong, as "auth": 0 or a bare [] says;
///  - empty_body: nothing at all; blocked: an HTML page: both also are what some panels answer to
///    wrong credentials;
///  - parse: no JSON, or JSON without account information; too_large, and the error of the chunks.
[[nodiscard]] Result<XtreamAccount> read_xtream_account(const Chunks& chunks);

} // namespace plex_tuner::provider
