// SPDX-License-Identifier: GPL-3.0-or-later
#include "loop_player.hpp"

#include <plex_tuner/ts/packet.hpp>

#include <algorithm>

namespace plex_tuner::demo {

LoopPlayer::LoopPlayer(std::shared_ptr<const LoopClip> clip, Ticks start)
    : clip_(std::move(clip)), turn_(start / clip_->duration()),
      next_(clip_->join_at(start % clip_->duration())) {}

Ticks LoopPlayer::next_due() const noexcept {
    return turn_ * clip_->duration() + clip_->due(next_);
}

std::size_t LoopPlayer::take(Ticks until, std::size_t max_bytes, std::string& out) {
    const std::size_t before = out.size();
    std::size_t left = std::max<std::size_t>(1, max_bytes / ts::kPacketSize);
    while (left > 0 && next_due() <= until) {
        const std::size_t limit = std::min(clip_->packets(), next_ + left);
        std::size_t last = next_ + 1;
        while (last < limit && turn_ * clip_->duration() + clip_->due(last) <= until) {
            ++last;
        }
        clip_->append(out, turn_, next_, last);
        left -= last - next_;
        next_ = last;
        if (next_ == clip_->packets()) {
            next_ = 0;
            ++turn_;
        }
    }
    return out.size() - before;
}

} // namespace plex_tuner::demo
