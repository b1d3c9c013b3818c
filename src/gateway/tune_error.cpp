// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune_error.hpp"

#include <string>

namespace plex_tuner::gateway {

std::string_view to_header(TuneError error) noexcept {
    switch (error) {
    case TuneError::no_profile:
        return "802 Unknown Transcode Profile";
    case TuneError::system_busy:
        return "803 System Busy";
    case TuneError::tuner_in_use:
        return "804 Tuner In Use";
    case TuneError::all_tuners_in_use:
        return "805 All Tuners In Use";
    case TuneError::tune_failed:
        return "806 Tune Failed";
    case TuneError::no_video_data:
        return "807 No Video Data";
    }
    return "803 System Busy";
}

net::Response to_response(TuneError error, std::string_view detail) {
    std::string body(to_header(error));
    if (!detail.empty()) {
        body.append(": ").append(detail);
    }
    body.push_back('\n');
    net::Response response = net::Response::text(503, std::move(body));
    response.headers.set("X-HDHomeRun-Error", std::string(to_header(error)));
    response.headers.set("Cache-Control", "no-store");
    return response;
}

} // namespace plex_tuner::gateway
