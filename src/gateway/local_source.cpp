// SPDX-License-Identifier: GPL-3.0-or-later
#include "local_source.hpp"

#include "datagram_source.hpp"
#include "datagram_url.hpp"
#include "file_source.hpp"

#include <utility>

namespace plex_tuner::gateway {

bool is_local_source(const Url& url) noexcept {
    return url.is_scheme("udp") || url.is_scheme("rtp") || url.is_scheme("file");
}

asio::awaitable<Result<void>> play_local_source(Attempt& attempt, MediaSink& sink, Url url,
    std::string multicast_interface, log::Logger log,
    std::function<void(const SourceOpened&)> opened) {
    if (url.is_scheme("file")) {
        co_return co_await play_file_source(attempt, sink, url, std::move(opened));
    }
    auto address = parse_datagram_url(url, multicast_interface);
    if (!address) {
        co_return fail(std::move(address).error());
    }
    co_return co_await play_datagram_source(
        attempt, sink, std::move(*address), std::move(log), std::move(opened));
}

} // namespace plex_tuner::gateway
