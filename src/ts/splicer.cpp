// SPDX-License-Identifier: GPL-3.0-or-later
#include "splicer_state.hpp"

#include <plex_tuner/ts/splicer.hpp>

#include <utility>

namespace plex_tuner::ts {

Splicer::Splicer(PacketSink& sink) : state_(std::make_unique<State>(sink)) {}

Splicer::~Splicer() = default;

void Splicer::feed(const PacketRun& run) {
    state_->feed(run);
}

void Splicer::feed(Bytes packets) {
    state_->feed(copy_packets(packets));
}

void Splicer::finish_piece() {
    state_->finish_piece();
}

void Splicer::abandon_piece() {
    state_->abandon_piece();
}

void Splicer::hold(bool hold) {
    state_->hold(hold);
}

void Splicer::refuse_pictures(std::vector<std::uint64_t> hashes) {
    state_->refuse_pictures(std::move(hashes));
}

void Splicer::seam(Seam kind, bool new_program) {
    state_->seam(kind, new_program);
}

void Splicer::settle_for_anything() noexcept {
    state_->settle_for_anything();
}

void Splicer::send_tables() {
    state_->send_tables();
}

Splicer::Progress Splicer::progress() const noexcept {
    return state_->progress();
}

Splicer::Counters Splicer::counters() const noexcept {
    return state_->counters();
}

} // namespace plex_tuner::ts
