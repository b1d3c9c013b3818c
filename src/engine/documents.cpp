// SPDX-License-Identifier: GPL-3.0-or-later
#include "documents.hpp"

#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/hdhr/device.hpp>
#include <plex_tuner/net/conditional.hpp>

namespace plex_tuner::engine {

namespace {

std::string build(LineupDocument document, const lineup::Lineup& lineup, std::string_view base_url,
    const hdhr::LineupView& view) {
    switch (document) {
    case LineupDocument::json:
        return hdhr::lineup_json(lineup, base_url, view);
    case LineupDocument::xml:
        return hdhr::lineup_xml(lineup, base_url, view);
    case LineupDocument::m3u:
        return hdhr::lineup_m3u(lineup, base_url, view);
    case LineupDocument::live_m3u:
        return hdhr::live_m3u(lineup, base_url);
    }
    return {};
}

} // namespace

PreparedDocument LineupDocuments::get(
    LineupDocument document, std::string_view base_url, hdhr::Show show) {
    const Key key(document, show, std::string(base_url));
    // Before the facts: what changes while the document is made makes it old.
    const std::uint64_t version = book_ ? book_->version() : 0;
    {
        const std::scoped_lock lock(mutex_);
        if (kept_version_ != version) {
            kept_.clear();
            kept_bytes_ = 0;
            kept_version_ = version;
        }
        if (const auto found = kept_.find(key); found != kept_.end()) {
            return found->second;
        }
    }
    hdhr::LineupView view{.show = show};
    if (book_) {
        view.facts = [this](std::string_view channel_id) {
            return book_->facts(channel_id);
        };
    }
    auto body = std::make_shared<const std::string>(build(document, *lineup_, base_url, view));
    PreparedDocument prepared{body, net::quoted_etag(Fnv1a().add(*body).hex())};
    const std::scoped_lock lock(mutex_);
    if (kept_version_ != version) {
        return prepared;
    }
    const std::size_t bytes = body->size() + base_url.size();
    if (kept_bytes_ + bytes > kMaxKeptBytes) {
        kept_.clear();
        kept_bytes_ = 0;
    }
    const auto [kept, is_new] = kept_.try_emplace(key, std::move(prepared));
    kept_bytes_ += is_new ? bytes : 0;
    return kept->second;
}

} // namespace plex_tuner::engine
