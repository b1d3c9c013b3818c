// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/plex/lineup_id.hpp>
#include <plex_tuner/plex/wanted_tuners.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::plex {

namespace {

/// Parts as they stand, empty ones too: their places count.
std::vector<std::string> parts_of(std::string_view text) {
    std::vector<std::string> parts;
    if (ascii::trim(text).empty()) {
        return parts;
    }
    while (true) {
        const std::size_t comma = std::min(text.find(','), text.size());
        parts.emplace_back(ascii::trim(text.substr(0, comma)));
        if (comma == text.size()) {
            return parts;
        }
        text.remove_prefix(comma + 1);
    }
}

/// Plex tells tuners apart by device id, and so do we.
Result<void> add(WantedTuners& wanted, WantedTuner tuner) {
    const auto url = Url::parse(tuner.base_url);
    if (!url || !url->is_http() || !url->query().empty() || !url->fragment().empty()) {
        return fail(ErrorCode::invalid_argument,
            "the base URL of " + tuner.name + " is no http:// or https:// URL of a tuner");
    }
    while (tuner.base_url.ends_with('/')) {
        tuner.base_url.pop_back();
    }
    for (const WantedTuner& other : wanted.tuners) {
        if (ascii::iequals(other.device_id, tuner.device_id) ||
            is_same_address(other.base_url, tuner.base_url)) {
            return fail(ErrorCode::invalid_argument,
                other.name + " and " + tuner.name + " have the same device id or base URL");
        }
    }
    wanted.tuners.push_back(std::move(tuner));
    return {};
}

} // namespace

Result<WantedTuners> wanted_from_lists(
    std::string_view base_urls, std::string_view device_ids, std::string_view names) {
    const auto urls = parts_of(base_urls);
    const auto ids = parts_of(device_ids);
    const auto named = parts_of(names);
    if (urls.empty() || urls.size() != ids.size() || named.size() > urls.size()) {
        return fail(ErrorCode::invalid_argument,
            "-base-urls and -device-ids need one entry for each tuner, in the same order; there "
            "are " +
                std::to_string(urls.size()) + " and " + std::to_string(ids.size()) +
                (named.size() > urls.size() ? ", and more -names than that" : ""));
    }
    WantedTuners wanted;
    for (std::size_t i = 0; i < urls.size(); ++i) {
        std::string name =
            i < named.size() && !named[i].empty() ? named[i] : "instance-" + std::to_string(i + 1);
        if (ids[i].empty()) {
            return fail(ErrorCode::invalid_argument, "the device id of " + name + " is empty");
        }
        auto added = add(wanted,
            {.name = std::move(name), .device_id = ids[i], .base_url = urls[i], .guide_title = {}});
        if (!added) {
            return std::unexpected(std::move(added).error());
        }
    }
    return wanted;
}

Result<WantedTuners> wanted_from_instances(const std::vector<InstanceTuner>& instances) {
    WantedTuners wanted;
    for (const InstanceTuner& instance : instances) {
        if (instance.is_left_alone || instance.base_url.empty()) {
            for (const std::string& id : {instance.device_id, instance.other_device_id}) {
                if (!id.empty()) {
                    wanted.known_ids.push_back(id);
                }
            }
            continue;
        }
        if (instance.device_id.empty()) {
            continue;
        }
        auto added = add(wanted, {.name = instance.name,
                                     .device_id = instance.device_id,
                                     .base_url = instance.base_url,
                                     .guide_title = instance.friendly_name});
        if (!added) {
            return std::unexpected(std::move(added).error());
        }
    }
    return wanted;
}

} // namespace plex_tuner::plex
