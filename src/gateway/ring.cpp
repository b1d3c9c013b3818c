// SPDX-License-Identifier: GPL-3.0-or-later
#include "ring.hpp"

#include <algorithm>
#include <cassert>

namespace plex_tuner::gateway {

void Ring::push(SlabPtr slab) {
    assert(slab->begin() == end_);
    bytes_ += slab->size();
    end_ = slab->end();
    slabs_.push_back(std::move(slab));
    while (bytes_ > max_bytes_ && slabs_.size() > 1) {
        drop_oldest();
    }
}

std::shared_ptr<const ts::AccessPoint> Ring::access_point() const noexcept {
    if (access_point_ && access_point_->offset >= begin() && access_point_->offset < end_) {
        return access_point_;
    }
    return nullptr;
}

void Ring::mark(ts::AccessPoint point) {
    if (!access_point_ || access_point_->offset < point.offset) {
        access_point_ = std::make_shared<const ts::AccessPoint>(std::move(point));
    }
}

void Ring::trim(StreamPosition needed) {
    while (!slabs_.empty() && slabs_.front()->end() <= needed) {
        drop_oldest();
    }
}

StreamPosition Ring::begin() const noexcept {
    return slabs_.empty() ? end_ : slabs_.front()->begin();
}

std::size_t Ring::slabs_from(
    StreamPosition position, std::span<SlabPtr> out, std::size_t max_bytes) const {
    std::size_t count = 0;
    std::size_t bytes = 0;
    for (std::size_t i = index_of(position);
        i < slabs_.size() && count < out.size() && bytes < max_bytes; ++i) {
        bytes += slabs_[i]->size();
        out[count++] = slabs_[i];
    }
    return count;
}

std::size_t Ring::index_of(StreamPosition position) const noexcept {
    const auto holder = std::partition_point(slabs_.begin(), slabs_.end(),
        [position](const SlabPtr& slab) { return slab->end() <= position; });
    return static_cast<std::size_t>(holder - slabs_.begin());
}

void Ring::drop_oldest() noexcept {
    bytes_ -= slabs_.front()->size();
    slabs_.pop_front();
}

} // namespace plex_tuner::gateway
