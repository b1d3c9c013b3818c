// SPDX-License-Identifier: GPL-3.0-or-later
#include "documents.hpp"

#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/hdhr/device.hpp>
#include <plex_tuner/net/conditional.hpp>

namespace plex_tuner::engine {

namespace {

std::string build(
    LineupDocument document, const lineup::Lineup& lineup, std::string_view base_url) {
    switch (document) {
    case LineupDocument::json:
        return hdhr::lineup_json(lineup, base_url);
    case LineupDocument::xml:
        return hdhr::lineup_xml(lineup, base_url);
    case LineupDocument::m3u:
        return hdhr::lineup_m3u(lineup, base_url);
    case LineupDocument::live_m3u:
        return hdhr::live_m3u(lineup, base_url);
    }
    return {};
}

} // namespace

PreparedDocument LineupDocuments::get(LineupDocument document, std::string_view base_url) {
    const std::pair key(document, std::string(base_url));
    {
        const std::scoped_lock lock(mutex_);
        if (const auto found = kept_.find(key); found != kept_.end()) {
            return found->second;
        }
    }
    auto body = std::make_shared<const std::string>(build(document, *lineup_, base_url));
    PreparedDocument prepared{body, net::quoted_etag(Fnv1a().add(*body).hex())};
    const std::scoped_lock lock(mutex_);
    const std::size_t bytes = body->size() + key.second.size();
    if (kept_bytes_ + bytes > kMaxKeptBytes) {
        kept_.clear();
        kept_bytes_ = 0;
    }
    const auto [kept, is_new] = kept_.try_emplace(key, std::move(prepared));
    kept_bytes_ += is_new ? bytes : 0;
    return kept->second;
}

} // namespace plex_tuner::engine
