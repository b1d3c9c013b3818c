// SPDX-License-Identifier: GPL-3.0-or-later
#include "byte_decoder.hpp"

#include <string>

namespace plex_tuner::fetch {

Result<void> TrailingBytes::drop(std::string_view& in, std::string_view what) {
    if (in.size() > kMaxTrailingBytes - size_) {
        return fail(ErrorCode::parse,
            "more than 1 MiB of other bytes follows the end of the " + std::string(what) + " data");
    }
    size_ += in.size();
    in = {};
    return {};
}

} // namespace plex_tuner::fetch
