// SPDX-License-Identifier: GPL-3.0-or-later
// Start with the seed-size feed: 6,207 channels and a guide of 70 MB, fetched over loopback HTTP,
// then once more from what the first run left on disk. Prints figures and their ratio to the
// ancestor's.
#include "process_figures.hpp"
#include "seed_input.hpp"
#include "support/scripted_provider.hpp"
#include "support/temporary_directory.hpp"
#include "support/tuner.hpp"
#include "support/xtream_panel.hpp"

#include <csignal>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

namespace {

using namespace plex_tuner;
using Clock = std::chrono::steady_clock;

// perf-baselines section 1, the ancestor's medians.
constexpr double kAncestorLineupSeconds = 4.83;
constexpr double kAncestorGuideSeconds = 4.86;
constexpr double kAncestorCpuSeconds = 5.35;
constexpr double kAncestorPeakMb = 507;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::uint16_t free_port() {
    // Taken and given back: nothing else on this machine asks for ports during a benchmark.
    const testing::ScriptedProvider probe;
    return probe.port();
}

/// Asks until `good` holds; connection refused counts as not yet.
template <class Good>
testing::HttpReply ask_until(std::uint16_t port, const std::string& target, Good good) {
    while (true) {
        try {
            auto reply = testing::http_get(port, target);
            if (good(reply)) {
                return reply;
            }
        } catch (const std::exception&) {
            std::this_thread::yield();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

void print(const char* what, double value, const char* unit, double ancestor = 0) {
    if (ancestor > 0) {
        std::printf("  %-46s %9.3f %-4s  ancestor %8.2f  ratio %.3f\n", what, value, unit, ancestor,
            value / ancestor);
    } else {
        std::printf("  %-46s %9.3f %-4s\n", what, value, unit);
    }
}

void run_once(const char* title, testing::Tuner& tuner, const testing::ScriptedProvider& provider,
    bool cached) {
    std::printf("%s\n", title);
    const std::uint16_t port = free_port();
    const auto begin = Clock::now();
    tuner.launch({.settings = {{"M3U_URL", provider.url("/list.m3u")},
                      {"XMLTV_URL", provider.url("/guide.xml")}, {"LINEUP_MAX_CHANNELS", "-1"},
                      {"ADDR", "127.0.0.1:" + std::to_string(port)}}});
    const pid_t pid = tuner.process().pid();
    const std::string last = "Channel " + std::to_string(bench::kChannels - 1) + " HD";
    const auto lineup = ask_until(port, "/lineup.json", [&](const testing::HttpReply& reply) {
        return reply.body.find(last) != std::string::npos;
    });
    print(cached ? "exec to full /lineup.json (cached catalog)"
                 : "exec to full /lineup.json (fetched)",
        seconds_since(begin), "s", cached ? 0 : kAncestorLineupSeconds);
    const auto published =
        tuner.process().wait_for_line({"guide published", "source_programmes=148125"});
    print("exec to first fresh guide", seconds_since(begin), "s", kAncestorGuideSeconds);
    print("CPU to that point", bench::cpu_seconds(pid), "s", kAncestorCpuSeconds);
    if (!published) {
        std::printf(
            "  no guide was published; the log:\n%s", tuner.process().stderr_text().c_str());
        return;
    }
    ask_until(
        port, "/guide.xml.gz", [](const testing::HttpReply& reply) { return reply.status == 200; });
    print("CPU with guide.xml.gz written", bench::cpu_seconds(pid), "s");
    print("peak RSS", bench::memory_mb(pid, "VmHWM"), "MB", kAncestorPeakMb);

    const auto asked = Clock::now();
    const auto guide = testing::http_get(port, "/guide.xml");
    print("whole /guide.xml", seconds_since(asked) * 1000, "ms");
    print("size of it", static_cast<double>(guide.body.size()) / 1e6, "MB");
    const auto again = Clock::now();
    const auto unchanged =
        testing::http_get(port, "/guide.xml", {"If-None-Match: " + guide.header("etag")});
    print("the second request (304)", seconds_since(again) * 1000, "ms");
    std::printf("  %-46s %9d\n", "its status", unchanged.status);
    print("size of /lineup.json", static_cast<double>(lineup.body.size()) / 1e6, "MB");
    print("RSS after", bench::memory_mb(pid, "VmRSS"), "MB");
    std::printf("  %-46s %9zu\n", "guide downloads so far", provider.count("/guide.xml"));
    const auto stopping = Clock::now();
    tuner.process().signal(SIGTERM);
    (void)tuner.process().wait();
    print("SIGTERM to exit", seconds_since(stopping), "s");
}

/// Fourteen tuners of one account that allows two requests at a time and bans for a minute.
void run_fleet(const std::string& guide) {
    constexpr int kProcesses = 14;
    std::printf("%d processes on one account\n", kProcesses);
    testing::XtreamPanel panel("joe", "hunter2");
    std::vector<testing::PanelRecord> channels;
    for (int i = 1; i <= bench::kChannels; ++i) {
        channels.push_back({i, "Channel " + std::to_string(i) + " HD", "1",
            R"(,"epg_channel_id":"ch)" + std::to_string(i) + R"(.example")"});
    }
    panel.set("get_live_streams", testing::panel_list("stream_id", channels));
    panel.set("get_live_categories", testing::panel_categories({{"1", "Live"}}));
    panel.set("xmltv.php", guide);
    panel.set_limit(2, std::chrono::minutes(1));
    const testing::TemporaryDirectory shared;
    std::vector<std::unique_ptr<testing::Tuner>> tuners;
    const auto begin = Clock::now();
    for (int i = 0; i < kProcesses; ++i) {
        tuners.push_back(std::make_unique<testing::Tuner>());
        tuners.back()->launch(
            {.settings = {{"PROVIDER_URL", panel.url()}, {"PROVIDER_USER", "joe"},
                 {"PROVIDER_PASS", "hunter2"}, {"LIVE_ONLY", "1"}, {"SHARED_MAX_AGE", "10m"},
                 {"SHARED_DIR", shared.path().string()}, {"ADDR", "127.0.0.1:0"}}});
    }
    for (const auto& tuner : tuners) {
        if (!tuner->process().wait_for_line(
                {"refresh is over", "good=true"}, std::chrono::minutes(3))) {
            std::printf("  a process is not ready:\n%s", tuner->process().stderr_text().c_str());
        }
    }
    print("exec to the last one's fresh guide", seconds_since(begin), "s");
    print("bans", static_cast<double>(panel.bans()), "");
    print("most requests at once", panel.most_at_once(), "");
    print("received from the provider", static_cast<double>(panel.bytes_sent()) / 1e6, "MB");
    for (const char* url : {"account", "get_live_categories", "get_live_streams", "xmltv.php"}) {
        print(url, static_cast<double>(panel.count(url)), "requests");
    }
}

} // namespace

int main() {
    testing::ScriptedProvider provider;
    const std::string guide = bench::seed_guide();
    std::printf("input: %d channels, guide of %.1f MB with %d programmes\n", bench::kChannels,
        static_cast<double>(guide.size()) / 1e6, bench::kProgrammes);
    provider.on("/list.m3u",
        testing::behave::content(bench::seed_playlist(provider.url("")), "audio/x-mpegurl"));
    provider.on("/guide.xml", testing::behave::content(guide, "application/xml"));
    testing::Tuner tuner;
    run_once("cold start", tuner, provider, false);
    run_once("warm start (same input fetched again)", tuner, provider, true);
    run_fleet(guide);
    return 0;
}
