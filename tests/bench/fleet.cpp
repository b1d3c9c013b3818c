// SPDX-License-Identifier: GPL-3.0-or-later
// Fourteen tuners under a supervisor with the seed-size feed and guide: how long until all are
// ready, what the provider was asked, what memory that takes, and how soon a killed child is back.
#include "fleet_process.hpp"
#include "process_figures.hpp"
#include "seed_input.hpp"
#include "support/child_process.hpp"
#include "support/scripted_provider.hpp"
#include "support/temporary_directory.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

namespace {

using namespace plex_tuner;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

using bench::Fleet;
using bench::kChildren;
using bench::pss_mb;

// The bars of issue 8.
constexpr double kBarSumMb = 400;
constexpr double kBarChildMb = 60;
constexpr double kBarBackSeconds = 2;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

void print(const char* what, double value, const char* unit, double bar = 0) {
    std::printf("  %-46s %9.3f %-8s", what, value, unit);
    if (bar > 0) {
        std::printf("  bar %6.1f  %s", bar, value <= bar ? "kept" : "MISSED");
    }
    std::printf("\n");
}

void print_memory(const Fleet& fleet) {
    double sum = 0;
    double largest = 0;
    double peak = 0;
    for (const json& child : fleet.children()) {
        const pid_t pid = child.at("pid");
        const double pss = pss_mb(pid);
        const double high = bench::memory_mb(pid, "VmHWM");
        std::printf("    %-12s channels %4d  PSS %6.1f MB  peak RSS %6.1f MB  CPU %5.2f s\n",
            child.at("name").get<std::string>().c_str(), child.at("channels").get<int>(), pss, high,
            bench::cpu_seconds(pid));
        sum += pss;
        largest = std::max(largest, pss);
        peak = std::max(peak, high);
    }
    print("sum of the children's PSS", sum, "MB", kBarSumMb);
    print("largest PSS of a child", largest, "MB", kBarChildMb);
    print("highest peak RSS of a child", peak, "MB");
    print("/metrics of all", fleet.metrics_seconds() * 1000, "ms");
    print("the supervisor's PSS", pss_mb(fleet.process().pid()), "MB");
}

/// The most memory that all had at once, as the supervisor's page tells it ten times a second.
class PeakSum {
public:
    explicit PeakSum(const Fleet& fleet) : thread_([this, &fleet] { follow(fleet); }) {}

    ~PeakSum() {
        is_stopped_ = true;
        thread_.join();
    }

    PeakSum(const PeakSum&) = delete;
    PeakSum& operator=(const PeakSum&) = delete;

    [[nodiscard]] double stop() {
        is_stopped_ = true;
        return peak_;
    }

private:
    void follow(const Fleet& fleet) {
        while (!is_stopped_) {
            try {
                double sum = 0;
                for (const json& child : fleet.children()) {
                    const json& pss = child.at("pss_bytes");
                    sum += pss.is_null() ? 0 : pss.get<double>() / 1e6;
                }
                peak_ = std::max(peak_.load(), sum);
            } catch (const std::exception&) {
                // Not up yet.
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
    }

    std::atomic<bool> is_stopped_{false};
    std::atomic<double> peak_{0};
    std::thread thread_; ///< last: it uses the others
};

void run_once(const char* title, Fleet& fleet, const testing::ScriptedProvider& provider) {
    std::printf("%s\n", title);
    const std::size_t lists = provider.count("/list.m3u");
    const std::size_t guides = provider.count("/guide.xml");
    PeakSum peak(fleet);
    const auto begin = Clock::now();
    if (!fleet.start()) {
        std::printf("  not ready; the log:\n%s", fleet.process().stderr_text().c_str());
        std::exit(EXIT_FAILURE);
    }
    print("exec to all ready", seconds_since(begin), "s");
    fleet.settle();
    print("exec to all refreshes over, guides compressed", seconds_since(begin), "s");
    print("highest sum of the children's PSS", peak.stop(), "MB", kBarSumMb);
    print("requests for the playlist", static_cast<double>(provider.count("/list.m3u") - lists), "",
        1);
    print("requests for the guide", static_cast<double>(provider.count("/guide.xml") - guides), "",
        1);
    print_memory(fleet);
}

void kill_one(const Fleet& fleet) {
    const json child = fleet.children().at(kChildren / 2);
    const pid_t pid = child.at("pid");
    const std::uint16_t port = child.at("port");
    const auto begin = Clock::now();
    ::kill(pid, SIGKILL);
    while (true) {
        try {
            if (fleet.children().at(kChildren / 2).at("pid") != pid &&
                testing::http_get(port, "/readyz").status == 200) {
                break;
            }
        } catch (const std::exception&) {
            // Not there yet.
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    print("kill -9 of a child to ready again", seconds_since(begin), "s", kBarBackSeconds);
}

} // namespace

int main() {
    testing::ScriptedProvider provider;
    const std::string guide = bench::seed_guide();
    std::printf("input: %d channels, guide of %.1f MB with %d programmes, %d tuners\n",
        bench::kChannels, static_cast<double>(guide.size()) / 1e6, bench::kProgrammes, kChildren);
    provider.on("/list.m3u",
        testing::behave::content(bench::seed_playlist(provider.url("")), "audio/x-mpegurl"));
    provider.on("/guide.xml", testing::behave::content(guide, "application/xml"));
    const testing::TemporaryDirectory directory;
    Fleet fleet(provider, directory.path().string());
    run_once("cold start", fleet, provider);
    kill_one(fleet);
    print("SIGTERM to exit of all", fleet.stop(), "s");
    run_once("warm start, within the age at which lists are shared", fleet, provider);
    print("SIGTERM to exit of all", fleet.stop(), "s");
    return 0;
}
