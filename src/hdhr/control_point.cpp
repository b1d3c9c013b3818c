// SPDX-License-Identifier: GPL-3.0-or-later
#include "control_refusals.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/hdhr/control_point.hpp>
#include <plex_tuner/hdhr/frequency_plan.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace plex_tuner::hdhr {

namespace {

constexpr std::string_view kNone = "none";

constexpr auto kChannelMaps = std::to_array<std::string_view>(
    {"us-bcast", "us-cable", "us-hrc", "us-irc", "eu-bcast", "eu-cable", "au-bcast", "au-cable",
        "tw-bcast", "tw-cable", "kr-bcast", "kr-cable", "jp-bcast"});

[[nodiscard]] std::unexpected<Error> locked_by(const std::string& owner) {
    return refuse("resource locked by " + owner);
}

} // namespace

ControlPoint::ControlPoint(Device device, TunerHost& host)
    : device_(std::move(device)), host_(host),
      tuners_(static_cast<std::size_t>(std::max(device_.tuner_count, 0))) {}

std::vector<std::uint8_t> ControlPoint::answer(
    const NativePacket& packet, std::string_view client, SteadyTime now) {
    const auto name = packet.text(Tag::name);
    const Request request{.name = name.value_or(""),
        .value = packet.text(Tag::value),
        .lock_key = packet.number(Tag::lock_key).value_or(0),
        .client = client,
        .now = now};
    const auto value = name && packet.is(PacketType::getset_request)
                           ? value_of(request)
                           : Result<std::string>(refuse("malformed getset request"));
    if (value) {
        NativePacketWriter reply(PacketType::getset_reply);
        reply.terminated_text(Tag::name, *name).terminated_text(Tag::value, *value);
        if (reply.fits()) {
            return reply.finish();
        }
    }
    NativePacketWriter reply(PacketType::getset_reply);
    reply.terminated_text(
        Tag::error, value ? "ERROR: malformed getset request" : value.error().message());
    return reply.finish();
}

Result<std::string> ControlPoint::value_of(const Request& request) {
    constexpr std::string_view kTuner = "/tuner";
    if (request.name.starts_with(kTuner)) {
        return tuner_value(request);
    }
    if (request.name == "/lineup/scan") {
        // A scan is over the moment it starts: the lineup is what the provider has.
        return request.value ? std::string(*request.value) : std::string("complete");
    }
    if (request.name == "/sys/restart" && request.value) {
        return refuse("this device is restarted as the service it is");
    }
    return system_value(request.name, request.value.has_value());
}

Result<std::string> ControlPoint::tuner_value(const Request& request) {
    // "/tuner0/status"
    const std::string_view rest = request.name.substr(6);
    const std::size_t slash = rest.find('/');
    const auto index = ascii::parse_integer<int>(rest.substr(0, slash));
    if (slash == std::string_view::npos || !index || *index < 0 ||
        static_cast<std::size_t>(*index) >= tuners_.size()) {
        return unknown_variable();
    }
    Tuner& tuner = at(*index);
    if (tuner.client == request.client) {
        tuner.asked = request.now;
    }
    const std::string_view item = rest.substr(slash + 1);
    return request.value ? set(*index, item, request) : get(*index, item);
}

Result<std::string> ControlPoint::get(int index, std::string_view item) const {
    const Tuner& tuner = at(index);
    const auto or_none = [](const std::string& text) {
        return text.empty() ? std::string(kNone) : text;
    };
    if (item == "channel" || item == "vchannel") {
        if (!tuner.channel.empty()) {
            return item == "channel" ? tuner.channel : or_none(tuner.vchannel);
        }
        const auto channel = tuned(index, host_.activity(index));
        return !channel ? std::string(kNone) : (item == "channel" ? "auto:" : "") + channel->number;
    }
    if (item == "channelmap") {
        return tuner.channel_map;
    }
    if (item == "program") {
        return tuner.program;
    }
    if (item == "filter") {
        return tuner.filter;
    }
    if (item == "target") {
        return or_none(tuner.target_text);
    }
    if (item == "lockkey") {
        return or_none(lock_owner(index));
    }
    if (item == "status") {
        return status(index);
    }
    if (item == "vstatus") {
        return virtual_status(index);
    }
    if (item == "streaminfo") {
        return stream_info(index);
    }
    if (item == "plpinfo") {
        return std::string(kNone);
    }
    if (item == "debug") {
        return debug(index);
    }
    return unknown_variable();
}

Result<std::string> ControlPoint::set(int index, std::string_view item, const Request& request) {
    const std::string_view value = *request.value;
    Tuner& tuner = at(index);
    Result<void> done;
    if (item == "lockkey") {
        done = set_lock(index, request);
    } else if (const auto known = get(index, item); !known) {
        return known;
    } else if (item == "status" || item == "vstatus" || item == "streaminfo" || item == "plpinfo" ||
               item == "debug") {
        return read_only_variable();
    } else if (auto allowed = may_set(index, request); !allowed) {
        return fail(std::move(allowed).error());
    } else if (item == "channel") {
        // "auto:5.1", "8vsb:527000000": what is behind the colon counts.
        const std::string number(value.substr(value.rfind(':') + 1));
        if (value == kNone) {
            done = tune(index, {}, {});
        } else if (host_.find_channel(number)) {
            done = tune(index, std::string(value), number);
        } else if (ascii::parse_integer<std::uint32_t>(number)) {
            tuner.program = "0";
            done = tune(index, std::string(value), program_of(value, tuner.program));
        } else {
            return refuse("invalid channel");
        }
    } else if (item == "vchannel") {
        const std::string number(value);
        if (value == kNone) {
            done = tune(index, {}, {});
        } else if (host_.find_channel(number)) {
            done = tune(index, "auto:" + number, number);
        } else {
            return refuse("invalid virtual channel");
        }
    } else if (item == "channelmap") {
        if (std::ranges::find(kChannelMaps, value) == kChannelMaps.end()) {
            return refuse("invalid channelmap");
        }
        tuner.channel_map = value;
    } else if (item == "program") {
        if (value != kNone && !ascii::parse_integer<std::uint16_t>(value)) {
            return refuse("invalid program number");
        }
        tuner.program = value == kNone ? std::string_view("0") : value;
        if (frequency_of(tuner.channel)) {
            done = tune(index, tuner.channel, program_of(tuner.channel, tuner.program));
        }
    } else if (item == "filter") {
        const auto filter = PidFilter::parse(value);
        if (!filter) {
            return refuse("invalid filter");
        }
        tuner.filter = value;
        host_.filter(index, *filter);
    } else {
        done = set_target(index, value);
    }
    if (!done) {
        return fail(std::move(done).error());
    }
    if (item != "lockkey") {
        if (tuner.lock_key == 0) {
            tuner.client = request.client;
        }
        tuner.asked = request.now;
    }
    return std::string(value);
}

Result<void> ControlPoint::set_lock(int index, const Request& request) {
    Tuner& tuner = at(index);
    const std::string_view value = *request.value;
    if (value == "force") {
        if (tuner.lock_key != 0 || tuner.client != request.client) {
            free(index);
        }
        tuner.lock_key = 0;
        if (!tuner.is_reserved) {
            host_.end_viewers(index);
        }
        return {};
    }
    if (value == kNone && tuner.lock_key == 0) {
        return {};
    }
    if (auto allowed = may_set(index, request); !allowed) {
        return allowed;
    }
    if (value == kNone) {
        tuner.lock_key = 0;
        return {};
    }
    const auto key = ascii::parse_integer<std::uint32_t>(value);
    if (!key || *key == 0) {
        return refuse("invalid lock key");
    }
    // What another left without a lock makes room.
    if (tuner.lock_key == 0 && !tuner.client.empty() && tuner.client != request.client) {
        free(index);
    }
    if (auto held = hold(index); !held) {
        return held;
    }
    tuner.lock_key = *key;
    tuner.client = request.client;
    tuner.asked = request.now;
    return {};
}

Result<void> ControlPoint::may_set(int index, const Request& request) const {
    const Tuner& tuner = at(index);
    if (tuner.lock_key != 0) {
        return tuner.lock_key == request.lock_key ? Result<void>() : locked_by(tuner.client);
    }
    if (!tuner.is_reserved) {
        if (const TunerActivity activity = host_.activity(index); activity.viewers > 0) {
            return locked_by(activity.viewer);
        }
    }
    return {};
}

Result<void> ControlPoint::hold(int index) {
    Tuner& tuner = at(index);
    if (!tuner.is_reserved) {
        if (!host_.reserve(index)) {
            return refuse("tuner busy");
        }
        tuner.is_reserved = true;
    }
    return {};
}

Result<void> ControlPoint::tune(int index, std::string channel, std::string vchannel) {
    Tuner& tuner = at(index);
    if (!channel.empty()) {
        if (auto held = hold(index); !held) {
            return held;
        }
    }
    const bool is_same = tuner.vchannel == vchannel && !tuner.has_no_video;
    tuner.channel = std::move(channel);
    tuner.vchannel = std::move(vchannel);
    tuner.has_no_video = false;
    if (!is_same) {
        play_or_stop(index);
    }
    if (tuner.channel.empty() && tuner.lock_key == 0 && tuner.is_reserved) {
        tuner.is_reserved = false;
        host_.release(index);
    }
    return {};
}

std::string ControlPoint::program_of(std::string_view channel, std::string_view program) const {
    const auto frequency = frequency_of(channel);
    const auto multiplex = frequency ? FrequencyPlan(host_.channel_count()).at(*frequency)
                                     : std::optional<FrequencyPlan::Multiplex>();
    const std::size_t number =
        std::max<std::size_t>(ascii::parse_integer<std::uint16_t>(program).value_or(0), 1);
    if (!multiplex || number > multiplex->count) {
        return {};
    }
    const auto found = host_.channel_at(multiplex->first + number - 1);
    return found ? found->number : std::string();
}

Result<void> ControlPoint::set_target(int index, std::string_view text) {
    Tuner& tuner = at(index);
    if (text == kNone) {
        drop_target(index);
        return {};
    }
    auto target = StreamTarget::parse(text);
    if (!target) {
        return refuse("invalid target");
    }
    if (auto held = hold(index); !held) {
        return held;
    }
    tuner.target = std::move(target);
    tuner.target_text = text;
    tuner.kept_alive.reset();
    tuner.has_no_video = false;
    play_or_stop(index);
    return {};
}

void ControlPoint::play_or_stop(int index) {
    const Tuner& tuner = at(index);
    if (tuner.target && !tuner.vchannel.empty()) {
        host_.play(index, tuner.vchannel, *tuner.target);
    } else {
        host_.stop(index);
    }
}

void ControlPoint::drop_target(int index) {
    Tuner& tuner = at(index);
    tuner.target.reset();
    tuner.target_text.clear();
    tuner.kept_alive.reset();
    host_.stop(index);
    if (tuner.channel.empty() && tuner.lock_key == 0 && tuner.is_reserved) {
        tuner.is_reserved = false;
        host_.release(index);
    }
}

void ControlPoint::free(int index) {
    Tuner& tuner = at(index);
    host_.stop(index);
    if (tuner.is_reserved) {
        host_.release(index);
    }
    const std::string channel_map = tuner.channel_map;
    tuner = Tuner{};
    tuner.channel_map = channel_map;
    host_.filter(index, PidFilter());
}

void ControlPoint::keep_alive(std::string_view client, std::uint32_t lock_key, SteadyTime now) {
    for (Tuner& tuner : tuners_) {
        if (tuner.target && tuner.lock_key == lock_key &&
            (tuner.client == client || tuner.target->address == client)) {
            tuner.kept_alive = now;
            tuner.asked = now;
        }
    }
}

void ControlPoint::expire(SteadyTime now) {
    for (std::size_t i = 0; i < tuners_.size(); ++i) {
        const int index = static_cast<int>(i);
        Tuner& tuner = tuners_[i];
        if (tuner.kept_alive && now - *tuner.kept_alive > kKeepAlive) {
            drop_target(index);
        }
        const bool streams = tuner.target && !tuner.vchannel.empty() && !tuner.has_no_video;
        if ((tuner.is_reserved || tuner.lock_key != 0) && !streams &&
            now - tuner.asked > kAbandoned) {
            free(index);
        }
    }
}

void ControlPoint::ended(int index, StreamEnd end) {
    if (end == StreamEnd::target_gone) {
        drop_target(index);
    } else {
        at(index).has_no_video = true;
    }
}

} // namespace plex_tuner::hdhr
