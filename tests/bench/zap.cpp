// SPDX-License-Identifier: GPL-3.0-or-later
// Zapping: how long from the request to the first byte of a key frame, for a second viewer of a
// channel that runs, and for the first viewer beyond the time that the provider takes. 720p25 with
// a key frame every 2 s in real time, as TS and as HLS with segments of 2 s.
#include "process_figures.hpp"
#include "support/media.hpp"
#include "support/timeline_origin.hpp"
#include "support/tuner.hpp"

#include <plex_tuner/ts/packetizer.hpp>
#include <plex_tuner/ts/stream_scanner.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace {

using namespace plex_tuner;
using Clock = std::chrono::steady_clock;

constexpr int kZaps = 50;
constexpr int kColdStarts = 30;
/// No divisor of the 2 s between key frames, so that zaps fall on all phases.
constexpr std::chrono::milliseconds kBetweenZaps{130};
constexpr std::chrono::seconds kPatience{20};
constexpr double kBarMs = 50;

/// Follows a stream piece by piece and tells when the first byte of its first key frame had come,
/// and when sound had come as well.
class KeyFrameWatch {
public:
    void feed(std::string_view bytes, Clock::time_point at) {
        if (complete()) {
            return;
        }
        arrivals_.push_back({offset_ + bytes.size(), at});
        packetizer_.feed(ts::bytes_of(bytes), [this](ts::Bytes run) { feed_packets(run); });
        // Packets are counted from the first whole one; the few bytes before it do not matter.
        offset_ += bytes.size();
    }

    /// The key frame's first byte had arrived.
    [[nodiscard]] std::optional<Clock::time_point> key_frame() const {
        return key_ ? std::optional(arrival_of(*key_)) : std::nullopt;
    }

    /// The key frame's header and a start of sound had arrived.
    [[nodiscard]] std::optional<Clock::time_point> picture_and_sound() const {
        return complete() ? std::optional(arrivals_.back().at) : std::nullopt;
    }

    [[nodiscard]] bool complete() const { return key_ && sound_; }

private:
    struct Arrival {
        std::uint64_t end;
        Clock::time_point at;
    };

    void feed_packets(ts::Bytes run) {
        std::vector<ts::AccessPoint> points;
        scanner_.feed(run, scanned_, points);
        for (const ts::AccessPoint& point : points) {
            if (!key_ && point.reason == ts::AccessReason::key_frame) {
                key_ = point.offset;
            }
        }
        for (std::size_t at = 0; at < run.size(); at += ts::kPacketSize) {
            const ts::PacketView packet(run.data() + at);
            const auto* audio = scanner_.tables() ? scanner_.tables()->audio() : nullptr;
            sound_ =
                sound_ || (audio != nullptr && packet.pid() == audio->pid && packet.unit_start());
        }
        scanned_ += run.size();
    }

    [[nodiscard]] Clock::time_point arrival_of(std::uint64_t offset) const {
        return std::ranges::upper_bound(arrivals_, offset, {}, &Arrival::end)->at;
    }

    ts::Packetizer packetizer_;
    ts::StreamScanner scanner_;
    std::vector<Arrival> arrivals_;
    std::uint64_t offset_ = 0;
    std::uint64_t scanned_ = 0;
    std::optional<std::uint64_t> key_;
    bool sound_ = false;
};

/// What the origin has sent of media since the last begin().
class OriginWatch {
public:
    void begin() {
        const std::scoped_lock lock(mutex_);
        watch_ = std::make_unique<KeyFrameWatch>();
    }

    void sent(std::string_view bytes) {
        const auto now = Clock::now();
        const std::scoped_lock lock(mutex_);
        watch_->feed(bytes, now);
    }

    [[nodiscard]] std::optional<Clock::time_point> picture_and_sound() const {
        const std::scoped_lock lock(mutex_);
        return watch_->picture_and_sound();
    }

private:
    mutable std::mutex mutex_;
    std::unique_ptr<KeyFrameWatch> watch_ = std::make_unique<KeyFrameWatch>();
};

double milliseconds(Clock::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

/// When the first byte of a key frame came to a new viewer of `target`.
std::optional<Clock::time_point> watch_key_frame(std::uint16_t port, const std::string& target) {
    const testing::Socket socket = testing::Socket::connect(port);
    socket.send("GET " + target + " HTTP/1.1\r\nHost: bench\r\n\r\n");
    std::string head;
    KeyFrameWatch watch;
    bool in_body = false;
    while (!watch.complete()) { // sound too: until then the origin is not measured
        const std::string bytes = socket.receive(1 << 20, kPatience);
        const auto now = Clock::now();
        if (bytes.empty()) {
            return std::nullopt;
        }
        if (in_body) {
            watch.feed(bytes, now);
            continue;
        }
        head += bytes;
        if (const std::size_t end = head.find("\r\n\r\n"); end != std::string::npos) {
            if (!head.starts_with("HTTP/1.1 200")) {
                return std::nullopt;
            }
            in_body = true;
            watch.feed(std::string_view(head).substr(end + 4), now);
        }
    }
    return watch.key_frame();
}

void report(const char* kind, const char* what, const std::vector<double>& times, int wanted) {
    const double median = bench::percentile(times, 0.5);
    std::printf("%-4s %-28s %3zu of %3d | median %7.2f ms | p95 %7.2f ms | max %7.2f ms | %s\n",
        kind, what, times.size(), wanted, median, bench::percentile(times, 0.95),
        bench::percentile(times, 1.0),
        times.empty()     ? "no figures"
        : median < kBarMs ? "below the bar"
                          : "ABOVE THE BAR");
    std::fflush(stdout);
}

/// One channel of one origin, and a tuner that has it.
struct Channel {
    Channel(bool hls, const std::string& script)
        : origin(provider, "/a", script,
              {.clips = {{"A", testing::relay_clip()}},
                  .sent = [this](const testing::ProviderRequest&, std::string_view bytes) {
                      origin_watch.sent(bytes);
                  }}) {
        provider.on("/list.m3u",
            testing::behave::content("#EXTM3U\n#EXTINF:-1 tvg-chno=\"1\",one\n" +
                                     (hls ? origin.hls_url() : origin.ts_url()) + "\n"));
        tuner.start({.settings = {{"M3U_URL", provider.url("/list.m3u")}, {"LINGER", "0"}}});
        ready = tuner.wait_until_ready();
    }

    OriginWatch origin_watch;
    testing::ScriptedProvider provider;
    testing::TimelineOrigin origin;
    testing::Tuner tuner;
    bool ready = false;
};

void second_viewers(const char* kind, bool hls) {
    Channel channel(hls, "pace 1x; segments 2s; window 3 segments; serve");
    testing::StreamClient first(channel.tuner.port(), "/auto/v1");
    std::atomic<bool> stop{false};
    std::thread reading([&] {
        while (!stop && first.read(1)) {
        }
    });
    std::vector<double> times;
    for (int i = 0; i < kZaps; ++i) {
        std::this_thread::sleep_for(kBetweenZaps);
        const auto begin = Clock::now();
        if (const auto key = watch_key_frame(channel.tuner.port(), "/auto/v1")) {
            times.push_back(milliseconds(*key - begin));
        }
    }
    stop = true;
    reading.join();
    report(kind, "second viewer", times, kZaps);
}

/// Brings the origin to another place between two key frames: its timeline goes on only while
/// somebody reads.
void move_on(const Channel& channel, int step) {
    constexpr std::size_t kBytesPerStep = 550'000 * 2 / kColdStarts;
    testing::StreamClient reader(channel.provider.port(), channel.origin.ts_path());
    (void)reader.read(static_cast<std::size_t>(step * 7 % kColdStarts + 1) * kBytesPerStep);
}

void cold_starts(const char* kind, bool hls) {
    Channel channel(hls, "pace 1x; segments 2s; window 3 segments; serve");
    std::vector<double> beyond;
    std::vector<double> whole;
    for (int i = 0; i < kColdStarts; ++i) {
        if (!hls) {
            move_on(channel, i);
        }
        // Nobody is connected, so that this is one more cold start.
        if (!channel.provider.wait_until_idle(channel.origin.ts_path()) ||
            !channel.tuner.wait_for_metric("plex_tuner_upstreams", 0)) {
            continue;
        }
        std::this_thread::sleep_for(kBetweenZaps);
        channel.origin_watch.begin();
        const auto begin = Clock::now();
        const auto key = watch_key_frame(channel.tuner.port(), "/auto/v1");
        const auto sent = channel.origin_watch.picture_and_sound();
        if (key && sent) {
            beyond.push_back(milliseconds(*key - *sent));
            whole.push_back(milliseconds(*key - begin));
        }
    }
    report(kind, "cold, beyond the provider", beyond, kColdStarts);
    std::printf("%-4s (request to key frame, cold: median %.1f ms, mostly the provider's)\n", kind,
        bench::percentile(whole, 0.5));
}

} // namespace

int main() {
    std::printf("bars: medians below %.0f ms\n", kBarMs);
    for (const bool hls : {false, true}) {
        const char* kind = hls ? "HLS" : "TS";
        second_viewers(kind, hls);
        cold_starts(kind, hls);
    }
    return 0;
}
