// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/answer_limit.hpp>

namespace plex_tuner::net {

bool AnswerLimit::allow(const boost::asio::ip::address& sender, SteadyTime now) {
    if (now - begin_ >= std::chrono::seconds(1)) {
        begin_ = now;
        together_ = 0;
        by_sender_.clear();
    }
    // The first bounds the map, too.
    if (together_ >= kTogether) {
        return false;
    }
    std::size_t& count = by_sender_[sender];
    if (count >= kPerSender) {
        return false;
    }
    ++count;
    ++together_;
    return true;
}

} // namespace plex_tuner::net
