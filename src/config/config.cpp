// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/config/config.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner::config {
namespace {

/// What people copy from their provider's mail instead of the base.
constexpr std::array<std::string_view, 4> kApiFiles = {
    "/get.php", "/player_api.php", "/panel_api.php", "/xmltv.php"};

[[nodiscard]] Url stripped_base(const Url& url) {
    std::string text = url.text();
    text.resize(std::min(text.find_first_of("?#"), text.size()));
    for (const std::string_view file : kApiFiles) {
        if (ascii::iends_with(text, file)) {
            text.resize(text.size() - file.size());
        }
    }
    while (text.ends_with('/')) {
        text.pop_back();
    }
    auto base = Url::parse(text);
    return base ? *std::move(base) : url;
}

/// `<base>/<file>?username=U&password=P<more>` for each base.
[[nodiscard]] std::vector<Location> account_urls(
    const ProviderSettings& provider, std::string_view file, std::string_view more) {
    std::vector<Location> urls;
    if (!provider.has_account()) {
        return urls;
    }
    for (const Url& base : provider.bases()) {
        std::string text = base.text();
        text += file;
        text += "?username=";
        text += percent::encode(provider.user);
        text += "&password=";
        text += percent::encode(provider.password.reveal());
        text += more;
        if (auto url = Url::parse(text)) {
            urls.emplace_back(*std::move(url));
        }
    }
    return urls;
}

/// Names of accounts are masked in URLs but are no secrets on their own.
[[nodiscard]] bool is_account_key(std::string_view key) {
    constexpr std::array<std::string_view, 4> kParts = {"user", "login", "account", "uname"};
    return std::ranges::any_of(
        kParts, [&](std::string_view part) { return ascii::icontains(key, part); });
}

void collect(std::vector<Secret>& out, std::string_view raw) {
    if (raw.empty()) {
        return;
    }
    out.emplace_back(std::string(raw));
    if (std::string decoded = percent::decode_form(raw); decoded != raw) {
        out.emplace_back(std::move(decoded));
    }
}

/// What Url::redacted masks in the path: "/live/USER/PASS/1.ts". The last of such a run is the
/// password.
void collect_from_path(std::vector<Secret>& out, const Url& url) {
    const auto masked = Url::parse(url.redacted());
    if (!masked) {
        return;
    }
    const auto given = ascii::split_list(url.path(), '/');
    const auto shown = ascii::split_list(masked->path(), '/');
    for (std::size_t i = 0; i < given.size() && given.size() == shown.size(); ++i) {
        const bool is_masked = given[i] != shown[i];
        const bool run_goes_on = i + 1 < given.size() && given[i + 1] != shown[i + 1];
        if (is_masked && !run_goes_on) {
            collect(out, given[i]);
        }
    }
}

void collect_from(std::vector<Secret>& out, const Url& url) {
    const std::string_view userinfo = url.userinfo();
    const std::size_t colon = userinfo.find(':');
    // Without a colon the user part is a token.
    collect(out, colon == std::string_view::npos ? userinfo : userinfo.substr(colon + 1));
    for (const std::string_view pair : ascii::split_list(url.query(), '&')) {
        const std::size_t equals = pair.find('=');
        const std::string key = percent::decode_form(pair.substr(0, equals));
        if (equals != std::string_view::npos && is_secret_key(key) && !is_account_key(key)) {
            collect(out, pair.substr(equals + 1));
        }
    }
    collect_from_path(out, url);
}

void collect_from(std::vector<Secret>& out, const std::optional<Location>& location) {
    if (location && std::holds_alternative<Url>(*location)) {
        collect_from(out, std::get<Url>(*location));
    }
}

} // namespace

std::vector<Url> ProviderSettings::bases() const {
    std::vector<Url> out;
    for (const Url& url : base_urls) {
        Url base = stripped_base(url);
        if (std::ranges::find(out, base) == out.end()) {
            out.push_back(std::move(base));
        }
    }
    if (out.empty() && base_url) {
        out.push_back(stripped_base(*base_url));
    }
    return out;
}

std::vector<Location> ProviderSettings::playlists() const {
    if (m3u) {
        return {*m3u};
    }
    return account_urls(*this, "/get.php", "&type=m3u_plus&output=ts");
}

std::vector<Location> ProviderSettings::guides() const {
    return account_urls(*this, "/xmltv.php", "");
}

int LineupSettings::effective_max_channels() const noexcept {
    if (mode != Mode::easy) {
        return max_channels;
    }
    return max_channels == kNoCap ? kEasyMaxChannels : std::min(max_channels, kEasyMaxChannels);
}

std::vector<Secret> Config::secrets() const {
    std::vector<Secret> out;
    if (!provider.password.empty()) {
        out.push_back(provider.password);
    }
    collect_from(out, provider.m3u);
    collect_from(out, guide.xmltv);
    if (provider.base_url) {
        collect_from(out, *provider.base_url);
    }
    for (const Url& url : provider.base_urls) {
        collect_from(out, url);
    }
    return out;
}

} // namespace plex_tuner::config
