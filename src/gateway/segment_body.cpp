// SPDX-License-Identifier: GPL-3.0-or-later
#include "segment_body.hpp"

#include <algorithm>
#include <utility>

namespace plex_tuner::gateway {

Result<std::string> SegmentBody::take(std::string bytes) {
    const bool complete = bytes.empty();
    const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, bytes.size()));
    bytes.erase(0, skipped);
    skip_ -= skipped;
    bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
    left_ -= bytes.size();
    over_ = complete || left_ == 0;
    if (!cipher_) {
        return bytes;
    }
    std::string plain = cipher_->feed(bytes);
    if (over_) {
        auto last = cipher_->finish();
        if (!last) {
            return last;
        }
        plain += *last;
    }
    return plain;
}

} // namespace plex_tuner::gateway
