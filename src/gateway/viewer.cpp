// SPDX-License-Identifier: GPL-3.0-or-later
#include "viewer.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/cancellation_type.hpp>

namespace plex_tuner::gateway {

void Batch::clear() noexcept {
    preamble_.clear();
    std::ranges::fill(slabs_, nullptr);
    buffer_count_ = 0;
    bytes_ = 0;
}

void Batch::commit(std::size_t count, StreamPosition position) noexcept {
    if (!preamble_.empty()) {
        add(asio::buffer(preamble_));
    }
    for (std::size_t i = 0; i < count; ++i) {
        const Slab& slab = *slabs_[i];
        const std::size_t skip = position > slab.begin() ? position - slab.begin() : 0;
        const auto bytes = slab.bytes().subspan(skip);
        add(asio::const_buffer(bytes.data(), bytes.size()));
        end_ = slab.end();
    }
}

void Batch::commit_alone(std::vector<std::uint8_t> packets) noexcept {
    preamble_ = std::move(packets);
    add(asio::buffer(preamble_));
}

void Batch::add(asio::const_buffer buffer) noexcept {
    buffers_[buffer_count_++] = buffer;
    bytes_ += buffer.size();
}

void Viewer::abort() {
    aborted = true;
    // While the coroutine is on the session's strand the session tells it; touching the slot from
    // here would be a race.
    if (writing) {
        cancel_write.emit(asio::cancellation_type::terminal);
    }
}

} // namespace plex_tuner::gateway
