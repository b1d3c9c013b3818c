// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/secret.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/log/stderr_sink.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace plex_tuner::config {

/// Where a playlist or guide comes from: http(s), or a file.
using Location = std::variant<Url, std::filesystem::path>;

using Milliseconds = std::chrono::milliseconds;

struct ProviderSettings {
    std::optional<Location> m3u;
    std::optional<Url> base_url;
    std::vector<Url> base_urls; ///< when not empty, base_url does not count
    std::string user;
    Secret password;

    /// User and password are both there.
    [[nodiscard]] bool has_account() const noexcept { return !user.empty() && !password.empty(); }

    /// The bases that count, without an API file name somebody pasted along ("/get.php?...") and
    /// without a trailing '/'.
    [[nodiscard]] std::vector<Url> bases() const;

    /// The configured playlist; without one, the get.php URL of each base for the account (Xtream);
    /// empty when there is neither.
    [[nodiscard]] std::vector<Location> playlists() const;

    /// The xmltv.php URL of each base for the account; empty without an account.
    [[nodiscard]] std::vector<Location> guides() const;
};

struct GuideSettings {
    std::optional<Location> xmltv;
    Milliseconds xmltv_timeout{};
};

struct CatalogSettings {
    std::filesystem::path file;
    std::filesystem::path state_directory;
    Milliseconds refresh{}; ///< 0: only at start and on SIGHUP
    bool skip_index = false;
};

struct ServerSettings {
    std::string listen;   ///< ":port", "host:port" or "[ipv6]:port"; port 0 takes a free one
    std::string base_url; ///< without trailing '/'; empty: derived from each request
    std::size_t max_connections = 0;
};

struct TunerSettings {
    int count = 0;
    std::string device_id;     ///< empty: the program makes one
    std::string friendly_name; ///< never empty after load
    // Empty: what the tuner module advertises by itself.
    std::string manufacturer;
    std::string model_number;
    std::string firmware_name;
    std::string firmware_version;
    std::string device_auth;
    bool scan_possible = true;
};

enum class Mode { standard, easy, full };

struct LineupSettings {
    /// Most channels a Plex DVR set up by hand takes.
    static constexpr int kEasyMaxChannels = 479;
    static constexpr int kDefaultMaxChannels = 480;
    static constexpr int kNoCap = -1;

    Mode mode = Mode::standard;
    int max_channels = kDefaultMaxChannels; ///< as configured; kNoCap, else at least 1
    int guide_number_offset = 0;

    /// The cap with the mode applied: kNoCap or at least 1.
    [[nodiscard]] int effective_max_channels() const noexcept;
};

struct StreamSettings {
    Milliseconds linger{};         ///< upstream kept after the last viewer left
    Milliseconds start_timeout{};  ///< from the request to the first bytes of the channel
    Milliseconds write_deadline{}; ///< a viewer that takes nothing for so long is dropped
    std::size_t ring_bytes = 0;    ///< per channel
};

struct FetchSettings {
    std::string user_agent; ///< never empty after load
    Milliseconds connect_timeout{};
    Milliseconds first_byte_timeout{};
    Milliseconds stall_timeout{};
    std::filesystem::path ca_bundle; ///< empty: the system's
};

struct LogSettings {
    log::Level level = log::Level::info;
    log::Format format = log::Format::text;
};

/// Everything the user can set, typed and within its range. Made once by load() (loader.hpp) and
/// const from then on; what each field means is in the field table and in
/// docs/reference/configuration.md, which is generated from it.
struct Config {
    ProviderSettings provider;
    GuideSettings guide;
    CatalogSettings catalog;
    ServerSettings server;
    TunerSettings tuner;
    LineupSettings lineup;
    StreamSettings stream;
    FetchSettings fetch;
    LogSettings log;

    /// Every value that must never be shown: the password, and passwords and tokens inside the
    /// configured URLs (as given and percent-decoded). For log::SinkOptions::secrets. Account names
    /// are not among them: they are ordinary words too often.
    [[nodiscard]] std::vector<Secret> secrets() const;
};

} // namespace plex_tuner::config
