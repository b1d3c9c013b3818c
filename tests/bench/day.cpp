// SPDX-License-Identifier: GPL-3.0-or-later
// A day of fourteen tuners under a supervisor with the seed-size feed and guide, an hour of it in
// as much time as a refresh takes: each hour the guide is another one and all tuners refresh, each
// tuner is watched on several channels one after the other, and asked for its guide. Prints what
// memory, descriptors and threads they have. `day [HOURS]`, 24 by default.
#include "fleet_process.hpp"
#include "process_figures.hpp"
#include "seed_input.hpp"
#include "support/media.hpp"
#include "support/temporary_directory.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <random>

namespace {

using namespace plex_tuner;
using nlohmann::json;

constexpr int kTunesPerHour = 3;          ///< of each tuner
constexpr std::size_t kWatched = 400'000; ///< bytes of each

struct Figures {
    double pss = 0;     ///< MB, of all children
    double largest = 0; ///< MB, of one
    std::size_t descriptors = 0, threads = 0;
};

std::size_t entries(pid_t pid, const char* what) {
    std::error_code ignored;
    const std::filesystem::directory_iterator all(
        "/proc/" + std::to_string(pid) + "/" + what, ignored);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

Figures figures_of(const bench::Fleet& fleet) {
    Figures figures;
    for (const json& child : fleet.children()) {
        const pid_t pid = child.at("pid");
        const double pss = bench::pss_mb(pid);
        figures.pss += pss;
        figures.largest = std::max(figures.largest, pss);
        figures.descriptors += entries(pid, "fd");
        figures.threads += entries(pid, "task");
    }
    return figures;
}

/// How many of the tunes got a stream.
int watch(const bench::Fleet& fleet, std::minstd_rand& random) {
    int good = 0;
    for (const json& child : fleet.children()) {
        const std::uint16_t port = child.at("port");
        const json lineup = json::parse(testing::http_get(port, "/lineup.json").body);
        for (int i = 0; i < kTunesPerHour && !lineup.empty(); ++i) {
            const std::string number = lineup.at(random() % lineup.size()).at("GuideNumber");
            testing::StreamClient viewer(port, "/auto/v" + number);
            good += viewer.read(kWatched) ? 1 : 0;
        }
        static_cast<void>(testing::http_get(port, "/guide.xml.gz"));
    }
    return good;
}

} // namespace

int main(int count, char** words) {
    int hours = 24;
    if (count > 1) {
        std::from_chars(words[1], words[1] + std::strlen(words[1]), hours);
    }
    testing::ScriptedProvider provider;
    const std::string guide = bench::seed_guide();
    provider.on("/list.m3u",
        testing::behave::content(bench::seed_playlist(provider.url("/live")), "audio/x-mpegurl"));
    provider.on("/guide.xml", testing::behave::content(guide, "application/xml"));
    provider.on("/live/", testing::behave::endless(testing::h264_clip(), 4'000'000));
    const testing::TemporaryDirectory directory;
    bench::Fleet fleet(provider, directory.path().string(),
        {{"PLEX_TUNER_SHARED_MAX_AGE", "1s"}, {"PLEX_TUNER_LINGER", "0"}});
    if (!fleet.start()) {
        std::printf("not ready; the log:\n%s", fleet.process().stderr_text().c_str());
        return EXIT_FAILURE;
    }
    fleet.settle();
    std::printf("hour | sum of PSS, MB | largest, MB | descriptors | threads | streams got\n");
    std::minstd_rand random(1);
    for (int hour = 1; hour <= hours; ++hour) {
        provider.on(
            "/guide.xml", testing::behave::content(
                              guide + "<!-- " + std::to_string(hour) + " -->", "application/xml"));
        fleet.refresh();
        const int good = watch(fleet, random);
        const Figures now = figures_of(fleet);
        std::printf("%4d | %14.1f | %11.1f | %11zu | %7zu | %d of %d\n", hour, now.pss, now.largest,
            now.descriptors, now.threads, good, bench::kChildren * kTunesPerHour);
        std::fflush(stdout);
    }
    std::printf("SIGTERM to exit of all %.1f s\n", fleet.stop());
    return EXIT_SUCCESS;
}
