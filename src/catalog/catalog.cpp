// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalog_state.hpp"

namespace plex_tuner::catalog {

Catalog::Catalog() = default;
Catalog::~Catalog() = default;
Catalog::Catalog(Catalog&&) noexcept = default;
Catalog& Catalog::operator=(Catalog&&) noexcept = default;

std::span<const LiveChannel> Catalog::live_channels() const noexcept {
    return state_ ? std::span<const LiveChannel>(state_->live_channels)
                  : std::span<const LiveChannel>();
}

std::span<const Movie> Catalog::movies() const noexcept {
    return state_ ? std::span<const Movie>(state_->movies) : std::span<const Movie>();
}

std::span<const Series> Catalog::series() const noexcept {
    return state_ ? std::span<const Series>(state_->series) : std::span<const Series>();
}

std::size_t Catalog::text_bytes() const noexcept {
    return state_ ? state_->arena.text_bytes() : 0;
}

} // namespace plex_tuner::catalog
