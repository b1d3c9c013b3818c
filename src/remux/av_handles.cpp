// SPDX-License-Identifier: GPL-3.0-or-later
#include "av_handles.hpp"

#include <array>
#include <string>

namespace plex_tuner::remux {

Error av_error(int code, std::string_view doing_what) {
    std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
    av_strerror(code, text.data(), text.size());
    return Error(code == AVERROR(ENOMEM) ? ErrorCode::too_large : ErrorCode::parse,
        std::string(doing_what) + ": " + text.data());
}

void silence_library() noexcept {
    av_log_set_level(AV_LOG_QUIET);
}

} // namespace plex_tuner::remux
