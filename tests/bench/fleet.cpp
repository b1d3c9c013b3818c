// SPDX-License-Identifier: GPL-3.0-or-later
// Fourteen tuners under a supervisor with the seed-size feed and guide: how long until all are
// ready, what the provider was asked, what memory that takes, and how soon a killed child is back.
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

constexpr int kChildren = 14;
/// Channels of each child: what Plex takes of one.
constexpr int kPart = 440;
// The bars of issue 8.
constexpr double kBarSumMb = 400;
constexpr double kBarChildMb = 60;
constexpr double kBarBackSeconds = 2;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Taken together and given back: nothing else on this machine asks for ports during a benchmark.
std::vector<std::uint16_t> free_ports(int count) {
    std::vector<std::unique_ptr<testing::ScriptedProvider>> taken;
    std::vector<std::uint16_t> ports;
    for (int i = 0; i < count; ++i) {
        taken.push_back(std::make_unique<testing::ScriptedProvider>());
        ports.push_back(taken.back()->port());
    }
    return ports;
}

/// Proportional set size in MB.
double pss_mb(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
    std::string word;
    while (file >> word) {
        if (word == "Pss:") {
            double kibibytes = 0;
            file >> kibibytes;
            return kibibytes * 1024 / 1e6;
        }
    }
    return 0;
}

class Fleet {
public:
    Fleet(const testing::ScriptedProvider& provider, const std::string& directory)
        : ports_(free_ports(kChildren + 1)) {
        json instances = json::array();
        for (int i = 0; i < kChildren; ++i) {
            const std::string name = i == 0 ? "hdhr-main" : "part" + std::to_string(i);
            json env = {{"PLEX_TUNER_ADDR", "127.0.0.1:" + std::to_string(ports_[port(i)])},
                {"PLEX_TUNER_GUIDE_NUMBER_OFFSET", std::to_string(1000 * i)}};
            if (i > 0) {
                env["PLEX_TUNER_LINEUP_SKIP"] = std::to_string(kPart * (i - 1));
                env["PLEX_TUNER_LINEUP_TAKE"] = std::to_string(kPart);
            }
            instances.push_back({{"name", name}, {"env", env},
                {"args", {"run", "-catalog", directory + "/" + name + "/catalog.json"}}});
        }
        std::ofstream(directory + "/supervise.json") << json{{"restart", true},
            {"addr", "127.0.0.1:" + std::to_string(ports_[0])}, {"instances", instances}};
        options_.arguments = {
            PT_TUNER_BINARY, "supervise", "-config", directory + "/supervise.json"};
        options_.directory = directory;
        options_.environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", directory},
            {"PLEX_TUNER_SHARED_DIR", directory + "/shared"}, {"PLEX_TUNER_SSDP_DISABLED", "1"},
            {"PLEX_TUNER_FETCH_STREAM_SAMPLE_SIZE", "0"},
            {"PLEX_TUNER_M3U_URL", provider.url("/list.m3u")},
            {"PLEX_TUNER_XMLTV_URL", provider.url("/guide.xml")}};
    }

    /// Until the supervisor says that all are ready; false: they are not.
    bool start() {
        process_ = std::make_unique<testing::ChildProcess>(options_);
        return process_->wait_for_line({"all children are ready"}, std::chrono::minutes(5))
            .has_value();
    }

    /// Until each has built its guide of the whole feed and wrote the compressed one, too.
    void settle() const {
        std::set<std::string> waiting;
        for (const json& child : children()) {
            waiting.insert(child.at("name"));
        }
        for (const std::string& name : waiting) {
            static_cast<void>(process_->wait_for_line(
                {"[" + name + " ", "refresh is over"}, std::chrono::minutes(5)));
        }
        for (int i = 0; i < kChildren; ++i) {
            while (testing::http_get(ports_[port(i)], "/guide.xml.gz").status != 200) {
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
            }
        }
    }

    [[nodiscard]] json children() const {
        return json::parse(testing::http_get(ports_[0], "/api/children").body).at("children");
    }

    /// Seconds that all metrics of all children take.
    [[nodiscard]] double metrics_seconds() const {
        const auto begin = Clock::now();
        static_cast<void>(testing::http_get(ports_[0], "/metrics"));
        return seconds_since(begin);
    }

    [[nodiscard]] testing::ChildProcess& process() const { return *process_; }

    double stop() const {
        const auto begin = Clock::now();
        process_->signal(SIGTERM);
        static_cast<void>(process_->wait());
        return seconds_since(begin);
    }

private:
    static std::size_t port(int child) { return static_cast<std::size_t>(child) + 1; }

    std::vector<std::uint16_t> ports_; ///< the supervisor's first
    testing::ChildOptions options_;
    std::unique_ptr<testing::ChildProcess> process_;
};

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
