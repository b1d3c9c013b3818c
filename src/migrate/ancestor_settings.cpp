// SPDX-License-Identifier: GPL-3.0-or-later
#include "ancestor_settings.hpp"

#include "json_object.hpp"
#include "setting_check.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/config/loader.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace plex_tuner::migrate {

namespace {

/// Its later versions call themselves so.
constexpr std::string_view kLaterPrefix = "IPTV_TUNERR_";
constexpr std::string_view kFileSuffix = "_FILE";

struct Renamed {
    std::string_view from;
    std::string_view to;
};

constexpr std::array kRenamed = std::to_array<Renamed>(
    {{"HDHR_DEVICE_ID", "DEVICE_ID"}, {"HDHR_FRIENDLY_NAME", "FRIENDLY_NAME"},
        {"HDHR_TUNER_COUNT", "TUNER_COUNT"}, {"UPSTREAM_USER_AGENT", "USER_AGENT"},
        {"EMBY_HOST", "EMBY_URL"}, {"JELLYFIN_HOST", "JELLYFIN_URL"}});

/// Others of the environment that are read as they are.
constexpr std::array<std::string_view, 2> kShared = {"PLEX_HOST", "PLEX_TOKEN"};

const std::set<std::string, std::less<>>& known_variables() {
    static const auto known = [] {
        std::set<std::string, std::less<>> names;
        for (const config::SettingHelp& one : config::setting_help()) {
            names.insert(one.variable);
        }
        return names;
    }();
    return known;
}

/// "PLEX_TUNER_M3U_URL_2" → "PLEX_TUNER_M3U_URL".
std::string_view without_number(std::string_view name) {
    const std::size_t end = name.find_last_not_of("0123456789");
    return end != std::string_view::npos && end + 1 < name.size() && name[end] == '_'
               ? name.substr(0, end)
               : name;
}

bool is_known(std::string_view name) {
    return known_variables().contains(name) || known_variables().contains(without_number(name));
}

} // namespace

std::vector<ImportedSetting> ancestor_settings(const std::vector<ImportedSetting>& given,
    std::string_view place, std::vector<LeftOut>& left_out) {
    std::vector<ImportedSetting> taken;
    const auto leave_out = [&](std::string_view name, const std::string& why) {
        left_out.push_back({(place.empty() ? "" : std::string(place) + ": ") + shown(name), why});
    };
    for (const ImportedSetting& one : given) {
        if (std::ranges::find(kShared, one.name) != kShared.end()) {
            if (const std::string wrong = refusal_as_line(one.value); !wrong.empty()) {
                leave_out(one.name, wrong);
                continue;
            }
            taken.push_back(one);
            continue;
        }
        std::string_view name = one.name;
        const bool is_later = name.starts_with(kLaterPrefix);
        if (!is_later && !name.starts_with(config::kEnvironmentPrefix)) {
            leave_out(one.name, "it is no variable of this program");
            continue;
        }
        name.remove_prefix(is_later ? kLaterPrefix.size() : config::kEnvironmentPrefix.size());
        const auto renamed = std::ranges::find(kRenamed, name, &Renamed::from);
        ImportedSetting setting{std::string(config::kEnvironmentPrefix) +
                                    std::string(renamed == kRenamed.end() ? name : renamed->to),
            one.value};
        const bool is_file = setting.name.ends_with(kFileSuffix) && !is_known(setting.name);
        const std::string base =
            is_file ? setting.name.substr(0, setting.name.size() - kFileSuffix.size())
                    : setting.name;
        if (!is_known(base)) {
            leave_out(one.name, "there is no such setting here");
            continue;
        }
        if (const std::string wrong = is_file ? refusal_as_line(one.value) : refusal(setting);
            !wrong.empty()) {
            leave_out(one.name, wrong);
            continue;
        }
        const auto same = std::ranges::find(taken, setting.name, &ImportedSetting::name);
        if (same != taken.end()) {
            // DEVICE_ID beside HDHR_DEVICE_ID: the name of today wins.
            if (renamed == kRenamed.end()) {
                same->value = setting.value;
            }
            leave_out(setting.name, "it is set under two names; that of today counts");
            continue;
        }
        taken.push_back(std::move(setting));
    }
    return taken;
}

} // namespace plex_tuner::migrate
