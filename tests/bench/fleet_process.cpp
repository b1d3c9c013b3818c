// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet_process.hpp"

#include <csignal>
#include <fstream>
#include <thread>

namespace plex_tuner::bench {

using nlohmann::json;

namespace {

using Clock = std::chrono::steady_clock;

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

} // namespace

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

Fleet::Fleet(const testing::ScriptedProvider& provider, const std::string& directory,
    const std::vector<std::pair<std::string, std::string>>& settings)
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
    options_.arguments = {PT_TUNER_BINARY, "supervise", "-config", directory + "/supervise.json"};
    options_.directory = directory;
    options_.environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", directory},
        {"PLEX_TUNER_SHARED_DIR", directory + "/shared"}, {"PLEX_TUNER_SSDP_DISABLED", "1"},
        {"PLEX_TUNER_FETCH_STREAM_SAMPLE_SIZE", "0"},
        {"PLEX_TUNER_M3U_URL", provider.url("/list.m3u")},
        {"PLEX_TUNER_XMLTV_URL", provider.url("/guide.xml")}};
    for (const auto& [name, value] : settings) {
        options_.environment[name] = value;
    }
}

bool Fleet::start() {
    process_ = std::make_unique<testing::ChildProcess>(options_);
    return process_->wait_for_line({"all children are ready"}, std::chrono::minutes(5)).has_value();
}

void Fleet::wait_for_refreshes(std::size_t from_line) const {
    for (const json& child : children()) {
        static_cast<void>(process_->wait_for_line(
            {"[" + child.at("name").get<std::string>() + " ", "refresh is over"},
            std::chrono::minutes(5), from_line));
    }
}

void Fleet::settle() const {
    wait_for_refreshes(0);
    for (int i = 0; i < kChildren; ++i) {
        while (testing::http_get(ports_[port(i)], "/guide.xml.gz").status != 200) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }
}

void Fleet::refresh() const {
    const std::size_t line = process_->lines();
    for (const json& child : children()) {
        ::kill(child.at("pid").get<pid_t>(), SIGHUP);
    }
    wait_for_refreshes(line);
}

json Fleet::children() const {
    return json::parse(testing::http_get(ports_[0], "/api/children").body).at("children");
}

double Fleet::metrics_seconds() const {
    const auto begin = Clock::now();
    static_cast<void>(testing::http_get(ports_[0], "/metrics"));
    return seconds_since(begin);
}

double Fleet::stop() const {
    const auto begin = Clock::now();
    process_->signal(SIGTERM);
    static_cast<void>(process_->wait());
    return seconds_since(begin);
}

} // namespace plex_tuner::bench
