// SPDX-License-Identifier: GPL-3.0-or-later
// What both kinds of a timeline send: answers, and media at a pace.
#pragma once

#include "scripted_provider.hpp"
#include "timeline_script.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace plex_tuner::testing {

/// Called on the connection's thread when the kernel has taken bytes of media for it.
using SentObserver = std::function<void(const ProviderRequest&, std::string_view)>;

void send_answer(
    ProviderConnection& connection, const ProviderRequest& request, const step::Answer& answer);

/// 200 video/mp2t without a length.
[[nodiscard]] bool send_stream_head(ProviderConnection& connection);

/// When bytes of a stretch of media are due. A stretch begins where sending (again) begins, so that
/// nothing catches up with a pause.
class Pacer {
public:
    /// `time` is the media time at which the stretch begins, in ticks of 27 MHz.
    Pacer(step::Pace pace, std::int64_t time)
        : pace_(pace), begin_time_(time), begin_(std::chrono::steady_clock::now()) {}

    /// When the byte after `sent` of this stretch, of media time `time`, may go.
    [[nodiscard]] std::chrono::steady_clock::time_point due(
        std::int64_t time, std::size_t sent) const;

private:
    step::Pace pace_;
    std::int64_t begin_time_;
    std::chrono::steady_clock::time_point begin_;
};

/// Waits until `due`; false when the client is gone or the provider stops.
[[nodiscard]] bool wait_until(
    ProviderConnection& connection, std::chrono::steady_clock::time_point due);

/// Waits for `time`, or until the client leaves without one; false in the latter case.
[[nodiscard]] bool stall(ProviderConnection& connection, const step::Stall& stall);

} // namespace plex_tuner::testing
