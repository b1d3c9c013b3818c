// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/plex/tuner_feeds.hpp>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace plex_tuner::plex {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kListAge{60};
/// One that does not answer holds up the others, so it is asked again only then.
constexpr std::chrono::seconds kSilentAge{60};
constexpr milliseconds kTimeout{2'000};
constexpr std::size_t kMaxAnswer = std::size_t{1} << 20;

/// nullopt: it is something else.
std::optional<std::vector<OpenChannel>> read_streams(const std::string& body) {
    const json document = json::parse(body, nullptr, false);
    if (!document.is_array()) {
        return std::nullopt;
    }
    std::vector<OpenChannel> open;
    const auto is_positive = [](const json& row, const char* key) {
        return row[key].get<double>() > 0;
    };
    for (const json& row : document) {
        const auto is_number = [&](const char* key) {
            return row.contains(key) && row[key].is_number();
        };
        if (!row.is_object() || !row.contains("number") || !row["number"].is_string() ||
            !is_number("viewers") || !is_number("bits_per_second")) {
            return std::nullopt;
        }
        open.push_back({.number = row["number"].get<std::string>(),
            .is_flowing = is_positive(row, "viewers") && is_positive(row, "bits_per_second")});
    }
    return open;
}

/// The guide number that a device has for what Plex calls `channel`, which may be the number, the
/// key or the guide's id of it.
std::string number_of(const Device& device, std::string_view channel) {
    const auto mapped_by = [&](std::string ChannelMapping::* name) {
        const auto found = std::ranges::find(device.channels, channel, name);
        return found == device.channels.end() ? std::string() : found->device_identifier;
    };
    for (const auto name : {&ChannelMapping::device_identifier, &ChannelMapping::channel_key,
             &ChannelMapping::lineup_identifier}) {
        if (auto number = mapped_by(name); !number.empty()) {
            return number;
        }
    }
    return std::string(channel);
}

} // namespace

bool TunerFeeds::may_have(const Device& device, std::string_view channel) {
    return channel.empty() || device.channels.empty() ||
           std::ranges::any_of(device.channels, [&](const ChannelMapping& mapping) {
               return mapping.device_identifier == channel || mapping.channel_key == channel ||
                      mapping.lineup_identifier == channel;
           });
}

asio::awaitable<void> TunerFeeds::refresh(std::span<const std::string> channels, SteadyTime now) {
    if (!listed_at_ || now - *listed_at_ > kListAge) {
        auto devices = co_await server_.devices();
        if (!devices) {
            tuners_.clear(); // nothing can be told
            listed_at_.reset();
            co_return;
        }
        std::vector<Tuner> before = std::exchange(tuners_, {});
        for (Device& device : *devices) {
            const auto known = std::ranges::find(
                before, device.key, [](const Tuner& tuner) { return tuner.device.key; });
            Tuner tuner{.device = std::move(device)};
            if (known != before.end() && known->device.uri == tuner.device.uri) {
                tuner.silent_since = known->silent_since;
            }
            tuners_.push_back(std::move(tuner));
        }
        listed_at_ = now;
    }
    for (Tuner& tuner : tuners_) {
        const bool is_of_interest = std::ranges::any_of(
            channels, [&](const std::string& channel) { return may_have(tuner.device, channel); });
        if (is_of_interest) {
            co_await ask(tuner, now);
        }
    }
}

asio::awaitable<void> TunerFeeds::ask(Tuner& tuner, SteadyTime now) {
    if (auto own = own_ ? own_(tuner.device.device_id) : std::nullopt) {
        tuner.is_ours = true;
        tuner.open = std::move(own);
        co_return;
    }
    if (tuner.is_ours == false || (tuner.silent_since && now - *tuner.silent_since < kSilentAge)) {
        co_return;
    }
    tuner.open.reset();
    std::string base = tuner.device.uri;
    while (base.ends_with('/')) {
        base.pop_back();
    }
    auto url = Url::parse(base + "/api/streams");
    if (!url) {
        co_return;
    }
    fetch::Request request(std::move(*url));
    request.max_redirects = 0;
    request.limits = {
        .connect = kTimeout, .first_byte = kTimeout, .stall = kTimeout, .total = kTimeout};
    const auto answer = co_await client_.get(std::move(request), kMaxAnswer);
    if (!answer) {
        tuner.silent_since = now;
        co_return;
    }
    tuner.silent_since.reset();
    if (answer->head.status == 200) {
        tuner.open = read_streams(answer->body);
        tuner.is_ours = tuner.open.has_value();
    } else if (answer->head.status < 500) {
        tuner.is_ours = false;
    }
}

Feed TunerFeeds::of(std::string_view channel) const {
    bool any = false;
    bool all_known = true;
    bool all_foreign = true;
    for (const Tuner& tuner : tuners_) {
        if (!may_have(tuner.device, channel)) {
            continue;
        }
        any = true;
        all_foreign = all_foreign && tuner.is_ours == false;
        all_known = all_known && tuner.open.has_value();
        const std::string number = number_of(tuner.device, channel);
        // Where the channel is not said, any that flows may be it.
        if (tuner.open && std::ranges::any_of(*tuner.open, [&](const OpenChannel& open) {
                return open.is_flowing && (channel.empty() || open.number == number);
            })) {
            return channel.empty() ? Feed::unknown : Feed::flowing;
        }
    }
    if (!any) {
        return Feed::unknown;
    }
    if (all_foreign) {
        return channel.empty() ? Feed::unknown : Feed::foreign;
    }
    return all_known ? Feed::dry : Feed::unknown;
}

} // namespace plex_tuner::plex
