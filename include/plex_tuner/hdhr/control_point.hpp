// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/hdhr/device.hpp>
#include <plex_tuner/hdhr/native_packet.hpp>
#include <plex_tuner/hdhr/tuner_host.hpp>
#include <plex_tuner/hdhr/tuner_state.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::hdhr {

/// Why a stream to a target ended by itself.
enum class StreamEnd : std::uint8_t {
    no_video,    ///< the channel gives none
    target_gone, ///< nobody listens there
};

/// HDHomeRun native protocol, control: requests in, replies out, and the locks, channels and
/// targets of the tuners. Not thread-safe.
class ControlPoint {
public:
    /// A tuner that a client tuned or locked is free again when it streams nothing and the client
    /// asked nothing of it for so long.
    static constexpr std::chrono::seconds kAbandoned{60};
    /// Clients that send keep-alives do so each second.
    static constexpr std::chrono::seconds kKeepAlive{5};

    ControlPoint(Device device, TunerHost& host);

    /// The reply to a packet of the client at that (numeric) address.
    [[nodiscard]] std::vector<std::uint8_t> answer(
        const NativePacket& request, std::string_view client, SteadyTime now);

    /// A client that receives a stream sends the key of its lock, or 0.
    void keep_alive(std::string_view client, std::uint32_t lock_key, SteadyTime now);
    /// Frees what clients left behind. Call about once a second.
    void expire(SteadyTime now);
    void ended(int tuner, StreamEnd end);

    [[nodiscard]] std::vector<TunerState> states() const;

private:
    struct Tuner {
        std::uint32_t lock_key = 0; ///< 0: none
        std::string client;         ///< that locked it, else that tuned it last
        SteadyTime asked{};         ///< when the client was last heard
        bool is_reserved = false;
        std::string channel;  ///< as it was set; empty: none
        std::string vchannel; ///< empty: nothing is there
        bool has_no_video = false;
        std::string channel_map = "us-bcast";
        std::string program = "0";
        std::string filter = "0x0000-0x1fff";
        std::string target_text;
        std::optional<StreamTarget> target;
        std::optional<SteadyTime> kept_alive; ///< the last time; empty: never, for this target
    };

    struct Request {
        std::string_view name;
        std::optional<std::string_view> value; ///< empty: a get
        std::uint32_t lock_key = 0;
        std::string_view client;
        SteadyTime now{};
    };

    [[nodiscard]] Result<std::string> value_of(const Request& request);
    [[nodiscard]] Result<std::string> system_value(std::string_view name, bool is_set) const;
    [[nodiscard]] Result<std::string> tuner_value(const Request& request);
    [[nodiscard]] Result<std::string> get(int index, std::string_view item) const;
    [[nodiscard]] Result<std::string> set(int index, std::string_view item, const Request& request);
    [[nodiscard]] Result<void> set_lock(int index, const Request& request);
    [[nodiscard]] Result<void> tune(int index, std::string channel, std::string vchannel);
    /// Of the multiplex at the frequency of `channel`; 0 is the first. Empty: there is none.
    [[nodiscard]] std::string program_of(std::string_view channel, std::string_view program) const;
    [[nodiscard]] Result<void> set_target(int index, std::string_view text);
    [[nodiscard]] Result<void> hold(int index);
    void play_or_stop(int index);
    void drop_target(int index);
    void free(int index);

    [[nodiscard]] Result<void> may_set(int index, const Request& request) const;
    [[nodiscard]] std::string lock_owner(int index) const;
    [[nodiscard]] TunerState state(int index) const;
    [[nodiscard]] std::string status(int index) const;
    [[nodiscard]] std::string virtual_status(int index) const;
    [[nodiscard]] std::string stream_info(int index) const;
    [[nodiscard]] std::string debug(int index) const;
    /// What the tuner is tuned to: its client's channel, else what others watch on it.
    [[nodiscard]] std::optional<ChannelName> tuned(int index, const TunerActivity& activity) const;

    [[nodiscard]] Tuner& at(int index) { return tuners_[static_cast<std::size_t>(index)]; }

    [[nodiscard]] const Tuner& at(int index) const {
        return tuners_[static_cast<std::size_t>(index)];
    }

    Device device_;
    TunerHost& host_;
    std::vector<Tuner> tuners_;
};

} // namespace plex_tuner::hdhr
