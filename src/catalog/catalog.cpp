// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalog_state.hpp"

#include <algorithm>

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

void Catalog::revise_sources(
    const std::function<void(const LiveChannel&, std::vector<StreamSource>&)>& revise) {
    if (!state_) {
        return;
    }
    std::vector<StreamSource> sources;
    std::erase_if(state_->live_channels, [&](LiveChannel& channel) {
        sources.assign(channel.sources.begin(), channel.sources.end());
        revise(channel, sources);
        const auto same = [](const StreamSource& a, const StreamSource& b) {
            return a.url == b.url;
        };
        if (!sources.empty() && !std::ranges::equal(sources, channel.sources, same)) {
            channel.sources = state_->arena.copy(std::span<const StreamSource>(sources));
        }
        return sources.empty();
    });
}

std::size_t Catalog::text_bytes() const noexcept {
    return state_ ? state_->arena.text_bytes() : 0;
}

} // namespace plex_tuner::catalog
