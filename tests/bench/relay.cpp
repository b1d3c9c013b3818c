// SPDX-License-Identifier: GPL-3.0-or-later
// The relay under load: N channels with a viewer each, as TS and as HLS, then many viewers on one
// channel, and nginx passing the same TS on. Clip: 720p25 H.264 and AAC, about 4.4 Mb/s, paced in
// real time. Prints what the server processes used; the load generator's own share is not in it.
//
// The rows "ffmpeg" are N ffmpeg programs that copy the same HLS to /dev/null: what the ancestor
// spends on a stream, and so the measure of this machine beside the one of its figures.
//
// The rows "plain" and "oldest" are a relay in Go that passes the bytes of the same HLS on and
// looks at none: from the third segment from the end, as we begin, and from the oldest, as the
// ancestor's own relay does, which set the figure for HLS (0.022 on another machine). The row to be
// under.
//
//     relay [seconds a row] [ts|hls|share|nginx|ffmpeg|plain|oldest] [streams]
//     relay [seconds a row] pair [streams] BINARY BINARY: two builds beside each other; one may be
//     "plain" or "oldest"
#include "nginx_proxy.hpp"
#include "plain_relay.hpp"
#include "process_figures.hpp"
#include "support/child_process.hpp"
#include "support/live_hls.hpp"
#include "support/media.hpp"
#include "support/scripted_provider.hpp"
#include "support/ts_facts.hpp"
#include "support/tuner.hpp"

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <thread>

namespace {

using namespace plex_tuner;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kBytesPerSecond = 550'000; // 4.4 Mb/s
// Of the segments listed at the start a plain relay takes so many.
constexpr std::size_t kFirst = 3;
constexpr std::size_t kOldest = 99;

struct ViewerFigures {
    double first_byte_ms = 0;
    std::size_t bytes = 0;
    std::size_t continuity_errors = 0;
    bool key_frame_first = false;
    bool ended_early = false;
};

ViewerFigures watch(std::uint16_t port, const std::string& target, std::chrono::seconds time) {
    ViewerFigures figures;
    const auto begin = Clock::now();
    testing::StreamClient viewer(port, target);
    if (viewer.reply().status != 200 || !viewer.read(1)) {
        figures.ended_early = true;
        return figures;
    }
    figures.first_byte_ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    figures.ended_early = viewer.read_to_end(time);
    const testing::TsFacts facts = testing::inspect_ts(viewer.body());
    figures.bytes = viewer.body().size();
    figures.continuity_errors = facts.continuity_errors;
    figures.key_frame_first = facts.begins_with_key_frame;
    return figures;
}

void report(const char* kind, std::size_t streams, std::chrono::seconds time, double cpu,
    double memory, const std::vector<ViewerFigures>& viewers) {
    std::vector<double> first;
    std::size_t errors = 0;
    std::size_t bad_starts = 0;
    std::size_t ended = 0;
    for (const ViewerFigures& viewer : viewers) {
        first.push_back(viewer.first_byte_ms);
        errors += viewer.continuity_errors;
        bad_starts += viewer.key_frame_first ? 0 : 1;
        ended += viewer.ended_early ? 1 : 0;
    }
    const double minutes = static_cast<double>(time.count()) / 60.0 * static_cast<double>(streams);
    std::printf("%-5s %4zu | %8.1f (%7.1f) | %10.4f | %7.2f | %6zu %6zu %6zu\n", kind, streams,
        bench::percentile(first, 0.5), bench::percentile(first, 0.95), cpu / minutes,
        memory / static_cast<double>(streams), errors, bad_starts, ended);
    std::fflush(stdout);
}

std::string playlist(std::size_t channels, const std::vector<std::string>& urls) {
    std::string text = "#EXTM3U\n";
    for (std::size_t i = 0; i < channels; ++i) {
        text += "#EXTINF:-1 tvg-id=\"c" + std::to_string(i) + ".x\" tvg-chno=\"" +
                std::to_string(i + 1) + "\",Channel " + std::to_string(i) + "\n" + urls[i] + "\n";
    }
    return text;
}

/// Watches all `targets` at once.
void measure(const char* kind, const std::vector<std::string>& targets, std::size_t streams,
    std::uint16_t port, const std::vector<pid_t>& processes, std::chrono::seconds time) {
    const auto total = [&processes](auto figure) {
        return std::accumulate(processes.begin(), processes.end(), 0.0,
            [&](double sum, pid_t pid) { return sum + figure(pid); });
    };
    const auto memory_now = [](pid_t pid) {
        return bench::memory_mb(pid, "VmRSS");
    };
    const double cpu_before = total(bench::cpu_seconds);
    const double memory_before = total(memory_now);
    std::vector<ViewerFigures> figures(targets.size());
    std::vector<std::thread> viewers;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        viewers.emplace_back([&, i] { figures[i] = watch(port, targets[i], time); });
    }
    std::this_thread::sleep_for(time - std::chrono::seconds(1));
    const double memory = total(memory_now) - memory_before;
    for (std::thread& viewer : viewers) {
        viewer.join();
    }
    report(kind, streams, time, total(bench::cpu_seconds) - cpu_before, memory, figures);
}

void behind_nginx(std::size_t channels, std::chrono::seconds time) {
    testing::ScriptedProvider provider;
    std::vector<std::string> targets;
    for (std::size_t i = 0; i < channels; ++i) {
        targets.push_back("/" + std::to_string(i) + ".ts");
        provider.on(
            targets.back(), testing::behave::endless(testing::relay_clip(), kBytesPerSecond));
    }
    const bench::NginxProxy nginx(provider.url(""));
    measure("nginx", targets, channels, nginx.port(), nginx.processes(), time);
}

class Origin {
public:
    Origin(std::size_t channels, bool hls) {
        const auto& clip = testing::relay_clip();
        for (std::size_t i = 0; i < channels; ++i) {
            const std::string path = "/" + std::to_string(i);
            if (hls) {
                lists_.push_back(
                    std::make_unique<testing::LiveHls>(provider, path, testing::relay_segments(),
                        testing::LiveHlsOptions{.segment_time = std::chrono::seconds(2),
                            .seconds = 2,
                            .with_master = false,
                            .keep_alive = true}));
                urls.push_back(lists_.back()->entry_url());
            } else {
                provider.on(path + ".ts", testing::behave::endless(clip, kBytesPerSecond));
                urls.push_back(provider.url(path + ".ts"));
            }
        }
    }

    testing::ScriptedProvider provider;
    std::vector<std::string> urls;

private:
    std::vector<std::unique_ptr<testing::LiveHls>> lists_;
};

void with_ffmpeg(std::size_t channels, std::chrono::seconds time) {
    const Origin origin(channels, true);
    std::vector<std::unique_ptr<testing::ChildProcess>> programs;
    for (const std::string& url : origin.urls) {
        programs.push_back(std::make_unique<testing::ChildProcess>(
            testing::ChildOptions{.arguments = {"/usr/bin/ffmpeg", "-nostdin", "-v", "error", "-y",
                                      "-i", url, "-c", "copy", "-f", "mpegts", "/dev/null"},
                .environment = {{"PATH", "/usr/bin:/bin"}},
                .directory = "/tmp"}));
    }
    std::this_thread::sleep_for(time);
    double cpu = 0;
    double memory = 0;
    for (const auto& program : programs) {
        cpu += bench::cpu_seconds(program->pid());
        memory += bench::memory_mb(program->pid(), "VmRSS");
    }
    const auto streams = static_cast<double>(channels);
    std::printf("%-6s %3zu | %8s (%7s) | %10.4f | %7.2f |\n", "ffmpeg", channels, "-", "-",
        cpu * 60.0 / static_cast<double>(time.count()) / streams, memory / streams);
    std::fflush(stdout);
}

void behind_plain_relay(
    std::size_t channels, std::chrono::seconds time, const char* kind, std::size_t first) {
    const Origin origin(channels, true);
    std::vector<std::string> targets;
    for (std::size_t i = 0; i < channels; ++i) {
        targets.push_back("/" + std::to_string(i));
    }
    const bench::PlainRelay relay(origin.provider.url(""), first);
    measure(kind, targets, channels, relay.port(), {relay.process()}, time);
}

void many_channels(std::size_t channels, std::chrono::seconds time, bool hls) {
    Origin origin(channels, hls);
    testing::ScriptedProvider& provider = origin.provider;
    std::vector<std::string> targets;
    for (std::size_t i = 0; i < channels; ++i) {
        targets.push_back("/auto/v" + std::to_string(i + 1));
    }
    provider.on("/list.m3u", testing::behave::content(playlist(channels, origin.urls)));
    testing::Tuner tuner;
    tuner.start({.settings = {{"M3U_URL", provider.url("/list.m3u")}, {"TUNER_COUNT", "255"}}});
    if (!tuner.wait_until_ready()) {
        std::printf("not ready:\n%s", tuner.process().stderr_text().c_str());
        return;
    }
    measure(hls ? "HLS" : "TS", targets, channels, tuner.port(), {tuner.process().pid()}, time);
}

/// Where the same streams can be had, from a build of ours or from a plain relay.
class Server {
public:
    /// `name`: "plain", "oldest" or a binary.
    Server(const Origin& origin, const std::string& name) {
        if (name == "plain" || name == "oldest") {
            plain_ = std::make_unique<bench::PlainRelay>(
                origin.provider.url(""), name == "plain" ? kFirst : kOldest);
            return;
        }
        tuner_ = std::make_unique<testing::Tuner>();
        tuner_->start(
            {.settings = {{"M3U_URL", origin.provider.url("/list.m3u")}, {"TUNER_COUNT", "255"}},
                .binary = name});
        if (!tuner_->wait_until_ready()) {
            throw std::runtime_error("not ready:\n" + tuner_->process().stderr_text());
        }
    }

    [[nodiscard]] double cpu_seconds() const {
        return bench::cpu_seconds(tuner_ ? tuner_->process().pid() : plain_->process());
    }

    [[nodiscard]] ViewerFigures watch(std::size_t channel, std::chrono::seconds time) const {
        return tuner_ ? ::watch(tuner_->port(), "/auto/v" + std::to_string(channel + 1), time)
                      : ::watch(plain_->port(), "/" + std::to_string(channel), time);
    }

private:
    std::unique_ptr<testing::Tuner> tuner_;
    std::unique_ptr<bench::PlainRelay> plain_;
};

/// Two servers at the same time on the same streams, so that both meet the same neighbours: what
/// else this machine does falls out of the ratio.
void side_by_side(
    std::size_t channels, std::chrono::seconds time, const std::array<std::string, 2>& names) {
    Origin origin(channels, true);
    origin.provider.on("/list.m3u", testing::behave::content(playlist(channels, origin.urls)));
    const std::array<Server, 2> servers{Server(origin, names[0]), Server(origin, names[1])};
    std::array<double, 2> cpu{};
    for (std::size_t i = 0; i < servers.size(); ++i) {
        cpu.at(i) = -servers.at(i).cpu_seconds();
    }
    std::vector<std::thread> viewers;
    std::atomic<std::size_t> errors{0};
    for (std::size_t i = 0; i < channels; ++i) {
        for (const Server& server : servers) {
            viewers.emplace_back([&errors, &server, i, time] {
                const auto seen = server.watch(i, time);
                errors += seen.continuity_errors + (seen.ended_early ? 1 : 0);
            });
        }
    }
    for (std::thread& viewer : viewers) {
        viewer.join();
    }
    const double minutes = static_cast<double>(time.count()) / 60.0 * static_cast<double>(channels);
    for (std::size_t i = 0; i < servers.size(); ++i) {
        cpu.at(i) = (cpu.at(i) + servers.at(i).cpu_seconds()) / minutes;
    }
    std::printf("pair %5zu | %.4f and %.4f CPU s/stream-min: %.3f | %zu errors\n", channels, cpu[0],
        cpu[1], cpu[1] / cpu[0], errors.load());
    std::fflush(stdout);
}

void many_viewers(std::size_t viewers, std::chrono::seconds time) {
    testing::ScriptedProvider provider;
    provider.on("/1.ts", testing::behave::endless(testing::relay_clip(), kBytesPerSecond));
    provider.on("/list.m3u", testing::behave::content(playlist(1, {provider.url("/1.ts")})));
    testing::Tuner tuner;
    tuner.start({.settings = {{"M3U_URL", provider.url("/list.m3u")}}});
    if (!tuner.wait_until_ready()) {
        return;
    }
    measure("share", std::vector<std::string>(viewers, "/auto/v1"), viewers, tuner.port(),
        {tuner.process().pid()}, time);
    std::printf("           %zu viewers on one channel: %zu upstream connection(s)\n", viewers,
        provider.count("/1.ts"));
}

} // namespace

int main(int argc, char** argv) {
    const std::chrono::seconds time(argc > 1 ? std::max(5, std::atoi(argv[1])) : 25);
    const std::string_view only = argc > 2 ? argv[2] : "";
    const auto wanted = [only](std::string_view kind) {
        return only.empty() || only == kind;
    };
    std::vector<std::size_t> sizes{1, 10, 50, 100};
    if (argc > 3) {
        sizes = {static_cast<std::size_t>(std::max(1, std::atoi(argv[3])))};
    }
    if (only == "pair" && argc > 5) {
        try {
            side_by_side(sizes.front(), time, {argv[4], argv[5]});
        } catch (const std::exception& error) {
            std::printf("pair: %s\n", error.what());
            return 1;
        }
        return 0;
    }
    std::printf("%lld s per row; the ancestor: HLS with ffmpeg 1315 ms, 0.21 CPU s, 14 MB at 50; "
                "own relay 18 ms, "
                "0.022 (HLS), 25 ms, 0.053 (TS)\n",
        static_cast<long long>(time.count()));
    std::printf("kind     N | first byte ms (p95) | CPU s/stream-min | MB/stream | CC errors, "
                "starts without key frame, ended early\n");
    const auto beside = [&](const char* kind, const auto& run) {
        try {
            for (const std::size_t streams : wanted(kind) ? sizes : std::vector<std::size_t>{}) {
                run(streams);
            }
        } catch (const std::exception& error) {
            std::printf("%s: %s\n", kind, error.what());
        }
    };
    for (const std::size_t streams : wanted("ts") ? sizes : std::vector<std::size_t>{}) {
        many_channels(streams, time, false);
    }
    beside("nginx", [&](std::size_t streams) { behind_nginx(streams, time); });
    beside(
        "plain", [&](std::size_t streams) { behind_plain_relay(streams, time, "plain", kFirst); });
    beside("oldest",
        [&](std::size_t streams) { behind_plain_relay(streams, time, "oldest", kOldest); });
    for (const std::size_t streams : wanted("hls") ? sizes : std::vector<std::size_t>{}) {
        many_channels(streams, time, true);
    }
    for (const std::size_t streams : wanted("ffmpeg") ? sizes : std::vector<std::size_t>{}) {
        with_ffmpeg(streams, time);
    }
    for (const std::size_t viewers :
        wanted("share") ? std::vector<std::size_t>{20, 100} : std::vector<std::size_t>{}) {
        many_viewers(viewers, time);
    }
    return 0;
}
