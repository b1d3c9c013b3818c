// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/hdhr/pid_filter.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::hdhr {

/// Where a client wants a stream: "udp://10.0.0.9:5000".
struct StreamTarget {
    bool is_rtp = false;
    std::string address = {}; ///< numeric, without brackets
    std::uint16_t port = 0;

    /// nullopt: it is no such target.
    [[nodiscard]] static std::optional<StreamTarget> parse(std::string_view text);

    friend bool operator==(const StreamTarget&, const StreamTarget&) = default;
};

struct ChannelName {
    std::string number;
    std::string name;
};

/// What a tuner does now.
struct TunerActivity {
    /// Of those that the tuner's lock and reservation do not keep out: HTTP clients.
    std::size_t viewers = 0;
    std::string viewer = {};                 ///< address of one of them
    std::optional<ChannelName> channel = {}; ///< that plays, whoever watches
    std::uint64_t bits_per_second = 0;
    int quality = 100; ///< percent
};

/// The tuners behind the control protocol.
class TunerHost {
public:
    virtual ~TunerHost() = default;

    [[nodiscard]] virtual std::optional<ChannelName> find_channel(
        std::string_view number) const = 0;
    /// Those of the lineup, in its order.
    [[nodiscard]] virtual std::size_t channel_count() const = 0;
    [[nodiscard]] virtual std::optional<ChannelName> channel_at(std::size_t index) const = 0;
    [[nodiscard]] virtual TunerActivity activity(int tuner) const = 0;

    /// Keeps others off the tuner until release(); false: somebody watches it.
    [[nodiscard]] virtual bool reserve(int tuner) = 0;
    virtual void release(int tuner) = 0;
    /// Frees the tuner of the HTTP clients that watch it.
    virtual void end_viewers(int tuner) = 0;

    /// Sends the channel to the target, in place of what the tuner sent. ControlPoint::ended() says
    /// when that ends by itself.
    virtual void play(int tuner, const std::string& number, const StreamTarget& target) = 0;
    virtual void stop(int tuner) = 0;
    /// Of what the tuner sends, from now on and whatever it sends later.
    virtual void filter(int tuner, const PidFilter& wanted) = 0;
};

} // namespace plex_tuner::hdhr
