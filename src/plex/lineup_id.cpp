// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/plex/lineup_id.hpp>

namespace plex_tuner::plex {

namespace {

constexpr std::string_view kXmltv = "lineup://tv.plex.providers.epg.xmltv/";

std::string comparable(std::string_view text) {
    const auto url = Url::parse(text);
    std::string out = url ? url->origin() + std::string(url->path()) : std::string(text);
    while (out.ends_with('/')) {
        out.pop_back();
    }
    return url && !url->query().empty() ? out + "?" + std::string(url->query()) : out;
}

} // namespace

std::string xmltv_lineup_id(std::string_view guide_url, std::string_view title) {
    return std::string(kXmltv) + std::string(guide_url) + "#" + std::string(title);
}

std::optional<std::string> guide_url_of(std::string_view lineup_id) {
    const std::string decoded = percent::decode(lineup_id);
    if (!decoded.starts_with(kXmltv)) {
        return std::nullopt;
    }
    const std::string rest = percent::decode(std::string_view(decoded).substr(kXmltv.size()));
    return rest.substr(0, rest.find('#'));
}

bool is_same_address(std::string_view a, std::string_view b) {
    return comparable(a) == comparable(b);
}

} // namespace plex_tuner::plex
