// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/error.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/fetch/governor.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/media/media_worker.hpp>
#include <plex_tuner/ts/survey_report.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace plex_tuner::gateway {

namespace asio = boost::asio;

struct InspectionOptions {
    /// Over after so much of the stream or so much time, whichever comes first; empty: at its end.
    std::optional<std::chrono::milliseconds> limit{};
    /// Goes on beyond the limit until it is known what the streams are encoded as.
    bool until_format_is_known = false;
    /// Without any media by then there is none.
    std::chrono::milliseconds start_timeout{15'000};
    fetch::Limits limits{};
    std::vector<fetch::Credentials> credentials{}; ///< by origin; sent to no other host
    fetch::HeaderList headers{};                   ///< of the source, with each request
    media::WorkerOptions remuxing{};
    std::string multicast_interface{};   ///< see Options
    fetch::Governor* governor = nullptr; ///< each request waits for its permit; outlives it
};

enum class InspectionEnd : std::uint8_t {
    over,        ///< the stream ended
    limit,       ///< of the options
    interrupted, ///< by a signal, or by RunningInspection::interrupt
    broken,      ///< the source failed
};

[[nodiscard]] std::string_view to_string(InspectionEnd end) noexcept;

struct Inspection {
    std::string kind{}; ///< "ts", "hls", "udp", "rtp" or "file"; empty: it was not opened
    InspectionEnd end = InspectionEnd::over;
    /// Why it broke off, or why there is nothing to tell; free of secrets.
    std::optional<Error> error{};
    std::chrono::milliseconds first_byte{0}; ///< of media, after the beginning
    std::chrono::milliseconds took{0};       ///< from there to the end
    std::uint64_t bytes = 0;                 ///< of the stream, after decryption and remuxing
    std::uint64_t segments_missed = 0;       ///< of HLS
    std::uint64_t sound_lost = 0;            ///< segments, of HLS with separate sound
    std::uint64_t datagrams_lost = 0;        ///< of RTP
    ts::SurveyReport report{};

    /// There was a transport stream.
    [[nodiscard]] bool has_stream() const noexcept { return report.totals.packets > 0; }
};

/// Plays a source (http, https, udp, rtp) as a channel would, for nobody, and says what came.
/// Blocks; SIGINT and SIGTERM end it with what has come so far.
[[nodiscard]] Inspection inspect_source(fetch::Client& client, const Url& source,
    const InspectionOptions& options, const log::Logger& log);

/// The same on the caller's executor, where it may be ended early. Signals are not looked at.
class RunningInspection {
public:
    /// `client` outlives it. Files are sources, too, and played at their own pace.
    [[nodiscard]] static std::unique_ptr<RunningInspection> create(
        const asio::any_io_executor& executor, fetch::Client& client, Url source,
        InspectionOptions options, log::Logger log);
    virtual ~RunningInspection() = default;

    /// Once.
    [[nodiscard]] virtual asio::awaitable<Inspection> run() = 0;
    /// run() returns soon, with what has come so far. On the executor.
    virtual void interrupt() = 0;
};

/// The same for a file, or whatever has a path and can be read, as fast as it can be read. (No
/// request is made with `client`.)
[[nodiscard]] Inspection inspect_file(
    fetch::Client& client, const std::filesystem::path& path, const InspectionOptions& options);

/// The same for what is open already; `descriptor` stays open.
[[nodiscard]] Inspection inspect_descriptor(
    fetch::Client& client, int descriptor, const InspectionOptions& options);

/// The path of a file URL on this machine (RFC 8089).
[[nodiscard]] Result<std::string> path_of_file_url(const Url& url);

} // namespace plex_tuner::gateway
