// SPDX-License-Identifier: GPL-3.0-or-later
// What the tuners say of themselves.
#include <plex_tuner/hdhr/control_point.hpp>
#include <plex_tuner/hdhr/frequency_plan.hpp>

#include <algorithm>

namespace plex_tuner::hdhr {

namespace {

constexpr std::string_view kNone = "none";
constexpr std::size_t kLongestName = 64;
/// What fits in a packet beside the rest of a reply.
constexpr std::size_t kLongestInfo = kMaxPacketBytes - 128;
/// As many bits as a datagram of a stream carries.
constexpr std::uint64_t kDatagramBits = 1316 * 8;

/// For a line of a reply.
[[nodiscard]] std::string line_text(std::string_view text) {
    std::string out(text.substr(0, kLongestName));
    std::ranges::replace_if(out, [](char c) { return c >= 0 && c < ' '; }, ' ');
    return out;
}

[[nodiscard]] std::string signal_text(const TunerState& state) {
    const auto percent = [&](int value) {
        return std::to_string(state.has_signal ? value : 0);
    };
    return "ch=" + (state.channel.empty() ? std::string(kNone) : state.channel) +
           " lock=" + (state.has_signal ? "8vsb" : "none") + " ss=" + percent(100) +
           " snq=" + percent(state.quality) + " seq=" + percent(100);
}

} // namespace

std::string ControlPoint::lock_owner(int index) const {
    const Tuner& tuner = at(index);
    if (tuner.lock_key != 0) {
        return tuner.client;
    }
    return tuner.is_reserved ? std::string() : host_.activity(index).viewer;
}

std::optional<ChannelName> ControlPoint::tuned(int index, const TunerActivity& activity) const {
    const Tuner& tuner = at(index);
    if (!tuner.channel.empty()) {
        return tuner.vchannel.empty() ? std::nullopt : host_.find_channel(tuner.vchannel);
    }
    return activity.viewers > 0 ? activity.channel : std::nullopt;
}

TunerState ControlPoint::state(int index) const {
    const Tuner& tuner = at(index);
    const TunerActivity activity = host_.activity(index);
    TunerState state;
    state.owner = lock_owner(index);
    state.program = tuned(index, activity);
    if (!tuner.channel.empty()) {
        state.channel = tuner.channel;
    } else if (state.program) {
        state.channel = "auto:" + state.program->number;
    }
    if (!state.program || tuner.has_no_video) {
        return state;
    }
    state.has_signal = true;
    state.quality = activity.quality;
    state.bits_per_second = activity.bits_per_second;
    state.target = tuner.target ? tuner.target->address : activity.viewer;
    return state;
}

std::vector<TunerState> ControlPoint::states() const {
    std::vector<TunerState> states;
    states.reserve(tuners_.size());
    for (std::size_t i = 0; i < tuners_.size(); ++i) {
        states.push_back(state(static_cast<int>(i)));
    }
    return states;
}

std::string ControlPoint::status(int index) const {
    const TunerState now = state(index);
    return signal_text(now) + " bps=" + std::to_string(now.bits_per_second) +
           " pps=" + std::to_string(now.bits_per_second / kDatagramBits);
}

std::string ControlPoint::virtual_status(int index) const {
    const auto channel = tuned(index, host_.activity(index));
    if (!channel) {
        return "vch=none name=none auth=none cci=none cgms=none";
    }
    return "vch=" + channel->number + " name=" + line_text(channel->name) +
           " auth=unspecified cci=none cgms=none";
}

std::string ControlPoint::stream_info(int index) const {
    const auto channel = tuned(index, host_.activity(index));
    if (!channel || at(index).has_no_video) {
        return std::string(kNone);
    }
    const auto line = [](std::size_t program, const ChannelName& name) {
        return std::to_string(program) + ": " + name.number + " " + line_text(name.name) + "\n";
    };
    const auto frequency = frequency_of(at(index).channel);
    const auto multiplex = frequency ? FrequencyPlan(host_.channel_count()).at(*frequency)
                                     : std::optional<FrequencyPlan::Multiplex>();
    std::string text;
    for (std::size_t i = 0; multiplex && i < multiplex->count; ++i) {
        const auto name = host_.channel_at(multiplex->first + i);
        const std::string next = name ? line(i + 1, *name) : std::string();
        if (text.size() + next.size() > kLongestInfo) {
            break;
        }
        text += next;
    }
    return (text.empty() ? line(1, *channel) : text) + "tsid=0x0001\n";
}

std::string ControlPoint::debug(int index) const {
    const TunerState now = state(index);
    const std::string bits = std::to_string(now.bits_per_second);
    return "tun: " + signal_text(now) + " dbg=0\ndev: bps=" + bits +
           " resync=0 overflow=0\nts:  bps=" + bits +
           " te=0 crc=0\nnet: pps=" + std::to_string(now.bits_per_second / kDatagramBits) +
           " err=0 stop=0\n";
}

} // namespace plex_tuner::hdhr
