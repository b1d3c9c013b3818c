// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/provider/xtream_urls.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace plex_tuner::provider {
namespace {

constexpr std::size_t kMaxBase = std::size_t{64} << 10;
constexpr std::string_view kDefaultContainer = "mp4";

struct ActionNames {
    XtreamAction action;
    std::string_view name;
    std::string_view id; ///< the parameter; empty when there is none
    std::string_view more = {};
};

constexpr std::array<ActionNames, 11> kActions = {
    {{XtreamAction::account, "", ""}, {XtreamAction::live_categories, "get_live_categories", ""},
        {XtreamAction::movie_categories, "get_vod_categories", ""},
        {XtreamAction::series_categories, "get_series_categories", ""},
        {XtreamAction::live_streams, "get_live_streams", "category_id"},
        {XtreamAction::movies, "get_vod_streams", "category_id"},
        {XtreamAction::series, "get_series", "category_id"},
        {XtreamAction::movie_info, "get_vod_info", "vod_id"},
        {XtreamAction::series_info, "get_series_info", "series_id"},
        {XtreamAction::short_guide, "get_short_epg", "stream_id", "&limit=48"},
        {XtreamAction::guide_table, "get_simple_data_table", "stream_id"}}};

} // namespace

Url xtream_base(const Url& base) {
    std::string text = base.text();
    text.resize(std::min(text.find_first_of("?#"), text.size()));
    const std::size_t authority = text.find("://") + 3;
    const std::size_t slash = text.rfind('/');
    if (slash != std::string::npos && slash >= authority && ascii::iends_with(text, ".php")) {
        text.resize(slash);
    }
    while (text.size() > authority && text.ends_with('/')) {
        text.pop_back();
    }
    auto stripped = Url::parse(text);
    return stripped ? *std::move(stripped) : base;
}

Result<XtreamUrls> XtreamUrls::make(
    const Url& base, std::string_view user, const Secret& password) {
    if (user.empty() || password.empty()) {
        return fail(
            ErrorCode::invalid_argument, "an Xtream account needs a user name and a password");
    }
    if (user.size() > kMaxPart || password.reveal().size() > kMaxPart) {
        return fail(ErrorCode::invalid_argument,
            "the user name or the password of the Xtream account is longer than 1024 bytes");
    }
    if (!base.is_http() || base.text().size() > kMaxBase) {
        return fail(ErrorCode::invalid_argument,
            "the base URL of an Xtream panel must be http or https, and of at most 64 KiB");
    }
    return XtreamUrls(xtream_base(base), user, password);
}

XtreamUrls::XtreamUrls(Url base, std::string_view user, const Secret& password)
    : base_(std::move(base)) {
    const std::string name = percent::encode(user);
    const std::string word = percent::encode(password.reveal());
    query_.append("?username=").append(name).append("&password=").append(word);
    path_.append("/").append(name).append("/").append(word).append("/");
}

Result<Url> XtreamUrls::player_api(XtreamAction action, std::string_view id) const {
    const auto* const names = std::ranges::find(kActions, action, &ActionNames::action);
    if (id.size() > kMaxPart || (!id.empty() && names->id.empty())) {
        return fail(ErrorCode::invalid_argument,
            "player_api.php: " + std::string(names->name) + " takes no such id");
    }
    std::string more;
    if (!names->name.empty()) {
        more.append("&action=").append(names->name);
    }
    if (!id.empty()) {
        more.append("&").append(names->id).append("=").append(percent::encode(id));
    }
    more.append(names->more);
    return request("/player_api.php", more);
}

Result<Url> XtreamUrls::playlist(std::string_view output) const {
    return request("/get.php", "&type=m3u_plus&output=" + percent::encode(output));
}

Result<Url> XtreamUrls::guide() const {
    return request("/xmltv.php", "");
}

std::string XtreamUrls::live(std::string_view id, std::string_view extension) const {
    return stream("/live", id, extension);
}

std::string XtreamUrls::movie(std::string_view id, std::string_view extension) const {
    return stream("/movie", id, extension.empty() ? kDefaultContainer : extension);
}

std::string XtreamUrls::episode(std::string_view id, std::string_view extension) const {
    return stream("/series", id, extension.empty() ? kDefaultContainer : extension);
}

Result<Url> XtreamUrls::request(std::string_view file, std::string_view more) const {
    std::string text;
    text.append(base_.text()).append(file).append(query_).append(more);
    return Url::parse(text);
}

std::string XtreamUrls::stream(
    std::string_view kind, std::string_view id, std::string_view extension) const {
    std::string text;
    text.reserve(base_.text().size() + kind.size() + path_.size() + id.size() + 16);
    text.append(base_.text()).append(kind).append(path_).append(percent::encode(id));
    if (!extension.empty()) {
        text.append(".").append(extension);
    }
    return text;
}

} // namespace plex_tuner::provider
