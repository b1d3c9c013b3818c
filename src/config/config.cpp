// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/config/config.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner::config {
namespace {

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

/// redis://user:password@host: a password may hold what it likes, the last @ ends it.
void collect_coordination(std::vector<Secret>& out, const Secret& coordination) {
    const std::string_view url = coordination.reveal();
    const std::size_t begin = url.find("://");
    const std::size_t end = url.rfind('@');
    if (begin != std::string_view::npos && end != std::string_view::npos && end > begin) {
        const std::string_view who = url.substr(begin + 3, end - begin - 3);
        const std::size_t colon = who.find(':');
        collect(out, colon == std::string_view::npos ? who : who.substr(colon + 1));
    }
}

void collect_from(std::vector<Secret>& out, const std::optional<Location>& location) {
    if (location && std::holds_alternative<Url>(*location)) {
        collect_from(out, std::get<Url>(*location));
    }
}

} // namespace

std::vector<Url> AccountSettings::bases() const {
    if (base_urls.empty() && base_url) {
        return {*base_url};
    }
    return base_urls;
}

bool AccountSettings::is_usable() const {
    return m3u.has_value() || hdhomerun.has_value() ||
           (has_account() && (base_url || !base_urls.empty()));
}

int LineupSettings::effective_max_channels() const noexcept {
    if (mode != Mode::easy) {
        return max_channels;
    }
    return max_channels == kNoCap ? kEasyMaxChannels : std::min(max_channels, kEasyMaxChannels);
}

std::vector<AccountSettings> Config::accounts() const {
    std::vector<AccountSettings> out;
    if (account.is_usable()) {
        out.push_back(account);
    }
    for (const auto& [number, further] : further_accounts) {
        if (further.is_usable()) {
            out.push_back(further);
        }
    }
    return out;
}

std::vector<GuideSourceSettings> Config::guide_sources() const {
    std::vector<GuideSourceSettings> out;
    if (guide_source.xmltv) {
        out.push_back(guide_source);
    }
    for (const auto& [number, further] : further_guides) {
        if (further.xmltv) {
            out.push_back(further);
        }
    }
    return out;
}

std::vector<Secret> Config::secrets() const {
    std::vector<Secret> out;
    collect_coordination(out, catalog.coordination);
    const auto collect_account = [&](const AccountSettings& one) {
        if (!one.password.empty()) {
            out.push_back(one.password);
        }
        collect_from(out, one.m3u);
        if (one.base_url) {
            collect_from(out, *one.base_url);
        }
        for (const Url& url : one.base_urls) {
            collect_from(out, url);
        }
    };
    collect_account(account);
    for (const auto& [number, further] : further_accounts) {
        collect_account(further);
    }
    for (const GuideSourceSettings& source : guide_sources()) {
        collect_from(out, source.xmltv);
    }
    if (!plex.token.empty()) {
        out.push_back(plex.token);
    }
    if (plex.url) {
        collect_from(out, *plex.url);
    }
    for (const EmbySettings* const other : {&jellyfin, &emby}) {
        if (!other->token.empty()) {
            out.push_back(other->token);
        }
        if (other->url) {
            collect_from(out, *other->url);
        }
    }
    return out;
}

} // namespace plex_tuner::config
