// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_loading.hpp"
#include "oracle_mark.hpp"
#include "tuner_registration.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/plex/dvr_plan.hpp>
#include <plex_tuner/plex/lineup_id.hpp>
#include <plex_tuner/plex/oracle.hpp>
#include <plex_tuner/plex/served_tuner.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace plex_tuner::plex {

namespace {

constexpr std::string_view kCap = "{cap}";

std::string marked(const std::string& name) {
    return name.starts_with(kOracleMark) ? name : std::string(kOracleMark) + name;
}

const Device* device_of(const Present& present, const std::string& device_id) {
    const auto found = std::ranges::find_if(present.devices,
        [&](const Device& device) { return ascii::iequals(device.device_id, device_id); });
    return found == present.devices.end() ? nullptr : &*found;
}

const Dvr* dvr_of(const Present& present, const Device& device) {
    const auto found = std::ranges::find_if(present.dvrs, [&](const Dvr& dvr) {
        return std::ranges::any_of(dvr.devices, [&](const Device& own) {
            return (!own.key.empty() && own.key == device.key) ||
                   (!own.uuid.empty() && own.uuid == device.uuid);
        });
    });
    return found == present.dvrs.end() ? nullptr : &*found;
}

class Oracle {
public:
    Oracle(Server& server, fetch::Client& client, std::vector<std::string> base_urls,
        OracleOptions options, log::Logger logger)
        : server_(server), client_(client), options_(options), logger_(std::move(logger)) {
        for (std::string& url : base_urls) {
            while (url.ends_with('/')) {
                url.pop_back();
            }
            targets_.emplace_back().result.base_url = std::move(url);
        }
    }

    asio::awaitable<Result<std::vector<OracleResult>>> run() {
        auto present = co_await server_.present();
        if (!present) {
            co_return fail_with(std::move(present), "nothing was changed");
        }
        for (Target& target : targets_) {
            co_await ask(target);
        }
        for (Target& target : targets_) {
            if (target.result.error.empty()) {
                co_await provide(target, *present);
            }
        }
        co_await read_maps();
        std::vector<OracleResult> results;
        for (Target& target : targets_) {
            if (!target.result.error.empty()) {
                logger_.warn("no answer for a tuner",
                    {{"tuner", target.result.base_url}, {"error", target.result.error}});
            }
            results.push_back(std::move(target.result));
        }
        co_return results;
    }

private:
    struct Target {
        OracleResult result;
        ServedTuner served;
        TunerPlan plan; ///< what Plex has of it
        std::optional<std::vector<std::string>> channels;
    };

    asio::awaitable<void> ask(Target& target) {
        auto served = co_await ask_tuner(client_, target.result.base_url, options_.tuner_timeout);
        if (!served) {
            target.result.error = "ask the tuner: " + served.error().message();
            co_return;
        }
        const bool is_twice = std::ranges::any_of(targets_, [&](const Target& other) {
            return &other != &target && other.served.device_id == served->device_id;
        });
        if (is_twice) { // to Plex they are one
            target.result.error = "ask the tuner: another base URL has its device id " +
                                  served->device_id + " already";
            co_return;
        }
        target.served = std::move(*served);
        target.channels = target.served.channels;
    }

    asio::awaitable<void> provide(Target& target, const Present& present) {
        OracleResult& result = target.result;
        const Device* const known = device_of(present, target.served.device_id);
        if (known == nullptr) {
            co_await create(target);
            co_return;
        }
        const Dvr* const dvr = dvr_of(present, *known);
        if (dvr == nullptr) {
            result.device_key = known->key;
            result.device_uuid = known->uuid;
            result.error = "register the tuner: Plex has a device " + target.served.device_id +
                           " that no DVR uses; delete it there, or set it up with plex-dvr-sync";
            co_return;
        }
        adopt(target, *known, *dvr);
        const std::string guide = result.base_url + "/guide.xml";
        const auto own = dvr->lineups.empty() ? std::nullopt : guide_url_of(dvr->lineups.front());
        const bool is_ours = made_title(*dvr).starts_with(kOracleMark) && own &&
                             is_same_address(*own, guide) &&
                             is_same_address(known->uri, result.base_url);
        result.read_only = !is_ours;
        if (result.read_only) {
            logger_.warn(
                "the tuner is set up in Plex already; what is there is read and left alone",
                {{"tuner", result.base_url}, {"device_id", target.served.device_id},
                    {"dvr", result.dvr_key}});
        }
    }

    /// A device and a DVR that were not there before.
    asio::awaitable<void> create(Target& target) {
        OracleResult& result = target.result;
        const std::string id = target.served.device_id;
        logger_.info("registering", {{"tuner", result.base_url}, {"device_id", id}});
        const auto registered =
            co_await register_tuner(server_, {.base_url = result.base_url,
                                                 .device_id = id,
                                                 .wait = options_.discovery_wait,
                                                 .pause = options_.first_poll});
        auto present = co_await server_.present();
        if (!present) {
            result.error = "register the tuner: " + present.error().message();
            co_return;
        }
        const Device* device = device_of(*present, id);
        if (device == nullptr) {
            result.error = "register the tuner: " +
                           (registered ? "Plex does not show it" : registered.error().message());
            co_return;
        }
        result.device_key = device->key;
        result.device_uuid = device->uuid;
        const std::string name = target.served.name.empty() ? id : target.served.name;
        const auto created = co_await server_.create_dvr(
            device->uuid, xmltv_lineup_id(result.base_url + "/guide.xml", marked(name)));
        present = co_await server_.present();
        if (present) {
            device = device_of(*present, id);
        }
        const Dvr* const dvr = present && device != nullptr ? dvr_of(*present, *device) : nullptr;
        if (dvr == nullptr) {
            result.error = "create the DVR: " + (!created      ? created.error().message()
                                                    : !present ? present.error().message()
                                                               : "Plex does not show it");
            co_return;
        }
        adopt(target, *device, *dvr);
    }

    static void adopt(Target& target, const Device& device, const Dvr& dvr) {
        OracleResult& result = target.result;
        result.device_key = device.key;
        result.device_uuid = device.uuid;
        result.dvr_key = dvr.key;
        result.dvr_uuid = dvr.uuid;
        result.lineup_ids = dvr.lineups;
        target.plan.device_key = device.key;
        target.plan.device_uuid = device.uuid;
        target.plan.dvr_key = dvr.key;
        target.plan.lineup = dvr.lineups.empty() ? "" : dvr.lineups.front();
        if (target.plan.lineup.empty()) {
            result.error = "read the channel map: the DVR has no lineup";
        }
    }

    asio::awaitable<void> read_maps() {
        GuideLoading loading(
            server_, logger_, {.wait = options_.guide_wait, .first_poll = options_.first_poll});
        std::vector<Target*> asked;
        for (Target& target : targets_) {
            if (target.result.error.empty()) {
                const bool is_ours = !target.result.read_only;
                loading.add({.name = target.result.base_url,
                    .plan = &target.plan,
                    .channels = &target.channels,
                    .reload = options_.reload_guide && is_ours,
                    .map = options_.activate && is_ours});
                asked.push_back(&target);
            }
        }
        if (asked.empty()) {
            co_return;
        }
        auto outcomes = co_await loading.run();
        for (std::size_t i = 0; i < asked.size(); ++i) {
            conclude(*asked[i], outcomes[i]);
        }
    }

    void conclude(Target& target, const GuideLoading::Outcome& outcome) const {
        OracleResult& result = target.result;
        result.rows = outcome.rows.size();
        for (const ChannelMapping& row : outcome.rows) {
            OracleChannel channel{.guide_number = row.device_identifier,
                .channel_key = row.channel_key,
                .device_identifier = row.device_identifier,
                .lineup_identifier = row.lineup_identifier};
            const auto served = std::ranges::find(
                target.served.details, row.device_identifier, &ServedChannel::number);
            if (served != target.served.details.end()) {
                channel.guide_name = served->name;
                channel.tvg_id = served->tvg_id;
            }
            result.channels.push_back(std::move(channel));
        }
        if (!outcome.error.empty()) {
            result.error = (outcome.rows.empty() ? "load the guide: " : "activate the channels: ") +
                           outcome.error;
        } else if (outcome.rows.empty()) {
            result.error = "read the channel map: Plex has not loaded the guide";
        }
        const bool has_activated = options_.activate && !result.read_only;
        result.activated = has_activated ? outcome.channels : 0;
    }

    Server& server_;
    fetch::Client& client_;
    OracleOptions options_;
    log::Logger logger_;
    std::vector<Target> targets_;
};

} // namespace

asio::awaitable<Result<std::vector<OracleResult>>> ask_oracle(Server& server, fetch::Client& client,
    std::vector<std::string> base_urls, OracleOptions options, log::Logger logger) {
    Oracle oracle(server, client, std::move(base_urls), options, std::move(logger));
    co_return co_await oracle.run();
}

Result<std::vector<std::string>> oracle_urls(std::string_view url_template, std::string_view caps) {
    const std::size_t at = url_template.find(kCap);
    if (at == std::string_view::npos) {
        return fail(ErrorCode::invalid_argument,
            "-base-url-template needs {cap}, such as http://10.0.0.5:5{cap}");
    }
    std::vector<std::string> urls;
    while (!caps.empty()) {
        const std::size_t comma = std::min(caps.find(','), caps.size());
        if (const auto cap = ascii::trim(caps.substr(0, comma)); !cap.empty()) {
            std::string url(url_template);
            for (std::size_t place = url.find(kCap); place != std::string::npos;
                place = url.find(kCap, place + cap.size())) {
                url.replace(place, kCap.size(), cap);
            }
            urls.push_back(std::move(url));
        }
        caps.remove_prefix(std::min(comma + 1, caps.size()));
    }
    if (urls.empty()) {
        return fail(ErrorCode::invalid_argument,
            "-base-url-template needs -caps, such as -caps 100,200,479");
    }
    return urls;
}

} // namespace plex_tuner::plex
