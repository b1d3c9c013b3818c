// SPDX-License-Identifier: GPL-3.0-or-later
// The catalog of the seed-size account from a scripted Xtream panel: 6,207 channels, 157,331 films,
// 41,391 series with ten episodes each. Prints seconds, CPU, peak RSS, requests and bytes of a
// first run, of one with nothing new, and of a start from the catalog, and their ratio to the
// ancestor's. What the curl program takes for the requests for series alone says what of it is
// libcurl, the kernel and this machine.
#include "process_figures.hpp"
#include "support/tuner.hpp"
#include "support/xtream_panel.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace {

using namespace plex_tuner;
using Clock = std::chrono::steady_clock;

constexpr int kChannels = 6'207;
constexpr int kFilms = 157'331;
constexpr int kSeries = 41'391;
constexpr int kEpisodes = 10;

// perf-baselines: the ancestor on the same panel without delay.
constexpr double kAncestorSeconds = 20.5;
constexpr double kAncestorPeakMb = 2'670;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

void print(const char* what, double value, const char* unit, double ancestor = 0) {
    if (ancestor > 0) {
        std::printf("  %-40s %10.2f %-4s ancestor %9.2f  ratio %.3f\n", what, value, unit, ancestor,
            value / ancestor);
    } else {
        std::printf("  %-40s %10.2f %-4s\n", what, value, unit);
    }
}

std::string categories(const char* name) {
    std::string text = "[";
    for (int i = 0; i < 60; ++i) {
        text += i == 0 ? "" : ",";
        text += R"({"category_id":")" + std::to_string(i) + R"(","category_name":"EN| )" + name +
                " " + std::to_string(i) + R"(","parent_id":0})";
    }
    return text + "]";
}

/// `count` records as panels write them.
template <class Record>
std::string list(int count, Record record) {
    std::string text = "[";
    for (int i = 1; i <= count; ++i) {
        text += i == 1 ? "" : ",";
        text += record(i);
    }
    return text + "]";
}

std::string channel(int i) {
    const std::string id = std::to_string(i);
    return R"({"num":)" + id + R"(,"name":"EN: Channel )" + id +
           R"( HD","stream_type":"live","stream_id":)" + id +
           R"(,"stream_icon":"http://icons.example/logo/)" + id + R"(.png","epg_channel_id":"ch)" +
           id + R"(.example","added":"1600000000","category_id":")" + std::to_string(i % 60) +
           R"(","custom_sid":"","tv_archive":0,"direct_source":"","tv_archive_duration":0})";
}

std::string film(int i) {
    const std::string id = std::to_string(i);
    return R"({"num":)" + id + R"(,"name":"EN - The Film Number )" + id + " (" +
           std::to_string(1950 + i % 75) + R"x()","stream_type":"movie","stream_id":)x" + id +
           R"(,"stream_icon":"http://icons.example/w600/poster)" + id +
           R"(.jpg","rating":"7.1","rating_5based":3.6,"added":"1600000000","category_id":")" +
           std::to_string(i % 60) +
           R"(","container_extension":"mkv","custom_sid":"","direct_source":""})";
}

std::string series(int i) {
    const std::string id = std::to_string(i);
    return R"({"num":)" + id + R"(,"name":"EN - Show Number )" + id + R"(","series_id":)" + id +
           R"(,"cover":"http://icons.example/cover/)" + id +
           R"(.jpg","plot":"A plot of the usual length, which tells little and ends too late.",)"
           R"("cast":"Somebody, Somebody Else","director":"","genre":"Drama","releaseDate":"2019-01-02",)"
           R"("last_modified":"1600000)" +
           std::to_string(100 + i % 900) +
           R"(","rating":"8","backdrop_path":["http://icons.example/b.jpg"],"category_id":")" +
           std::to_string(i % 60) + R"("})";
}

/// Some 9 kB, as panels answer.
std::string series_info(const std::string& id) {
    std::string text = R"({"seasons":[],"info":{"name":"Show Number )" + id +
                       R"(","cover":"http://icons.example/c.jpg","plot":")" +
                       std::string(400, 'x') + R"("},"episodes":{"1":[)";
    for (int i = 1; i <= kEpisodes; ++i) {
        text += i == 1 ? "" : ",";
        text +=
            R"({"id":")" + id + std::to_string(i) + R"(","episode_num":)" + std::to_string(i) +
            R"(,"title":"EN - Show Number )" + id + " - S01E" + std::to_string(i) +
            R"(","container_extension":"mkv","info":{"movie_image":"http://icons.example/e.jpg",)"
            R"("plot":")" +
            std::string(600, 'y') +
            R"(","duration":"00:45:00","air_date":"2019-01-02"},"season":1,"added":"1600000000"})";
    }
    return text + "]}}";
}

struct Figures {
    double seconds = 0;
    double cpu = 0;    ///< user and system together
    double system = 0; ///< of it
    double peak_mb = 0;
};

Figures figures_of(const rusage& usage, double seconds) {
    Figures figures;
    figures.seconds = seconds;
    figures.cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                  static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    figures.system = static_cast<double>(usage.ru_stime.tv_sec) +
                     static_cast<double>(usage.ru_stime.tv_usec) / 1e6;
    figures.peak_mb = static_cast<double>(usage.ru_maxrss) / 1024;
    return figures;
}

Figures run_index(testing::Tuner& tuner, const testing::TunerOptions& options) {
    const auto begin = Clock::now();
    tuner.launch(options);
    const auto code = tuner.process().wait(std::chrono::minutes(20));
    const Figures figures = figures_of(tuner.process().usage(), seconds_since(begin));
    std::printf("%s", tuner.process().stdout_text().c_str());
    if (code != 0) {
        std::printf("index failed:\n%s\n", tuner.process().stderr_text().c_str());
    }
    return figures;
}

/// All requests for series, by the curl program over one connection, thrown away.
Figures run_curl(const testing::XtreamPanel& panel, const std::filesystem::path& list) {
    {
        std::ofstream out(list);
        for (int i = 1; i <= kSeries; ++i) {
            out << "url=\"" << panel.url()
                << "/player_api.php?username=joe&password=hunter2&action=get_series_info&series_id="
                << i << "\"\noutput=/dev/null\n";
        }
    }
    const auto begin = Clock::now();
    testing::ChildProcess curl({.arguments = {"/usr/bin/curl", "-s", "-K", list.string()},
        .environment = {},
        .directory = list.parent_path()});
    if (curl.wait(std::chrono::minutes(20)) != 0) {
        std::printf("curl failed:\n%s\n", curl.stderr_text().c_str());
    }
    return figures_of(curl.usage(), seconds_since(begin));
}

} // namespace

int main(int argc, char** argv) {
    testing::XtreamPanel panel("joe", "hunter2");
    panel.set("get_live_categories", categories("Live"));
    panel.set("get_vod_categories", categories("Films"));
    panel.set("get_series_categories", categories("Series"));
    panel.set("get_live_streams", list(kChannels, channel));
    panel.set("get_vod_streams", list(kFilms, film));
    panel.set("get_series", list(kSeries, series));
    panel.set_series_info(series_info);
    if (argc > 1) {
        panel.set_delay(std::chrono::milliseconds(std::atoi(argv[1])));
    }
    testing::Tuner tuner;
    const testing::TunerOptions options{.subcommand = "index",
        .settings = {{"PROVIDER_URL", panel.url()}, {"PROVIDER_USER", "joe"},
            {"PROVIDER_PASS", "hunter2"}, {"PROVIDER_RATE", "1000"}, {"PROVIDER_CONCURRENCY", "2"},
            {"LOG_LEVEL", "warn"}}};

    std::printf("channels and films alone\n");
    auto live = options;
    live.settings["VOD_CATEGORY_FILTER"] = "EN| Films";
    const Figures lists = run_index(tuner, live);
    print("seconds", lists.seconds, "s");
    print("CPU", lists.cpu, "s");
    print("of it system", lists.system, "s");
    print("peak RSS", lists.peak_mb, "MB");

    std::printf("first whole index, series included\n");
    panel.forget_counts();
    auto whole = options;
    whole.flags = {"-accept-shrink"};
    const Figures first = run_index(tuner, whole);
    print("seconds (rate limit 1000/s)", first.seconds, "s", kAncestorSeconds);
    print("CPU", first.cpu, "s");
    print("of it system", first.system, "s");
    print("peak RSS", first.peak_mb, "MB", kAncestorPeakMb);
    print("requests", static_cast<double>(panel.requests()), "");
    print("series requests", static_cast<double>(panel.count("get_series_info")), "");
    print("received", static_cast<double>(panel.bytes_sent()) / 1e6, "MB");
    print("most requests at once", panel.most_at_once(), "");
    print("catalog.json",
        static_cast<double>(std::filesystem::file_size(tuner.file("catalog.json"))) / 1e6, "MB");
    print("details.db",
        static_cast<double>(std::filesystem::file_size(tuner.file("shared/details.db"))) / 1e6,
        "MB");

    std::printf("the requests for series alone, by the curl program\n");
    const Figures curl = run_curl(panel, tuner.file("urls"));
    print("seconds", curl.seconds, "s");
    print("CPU", curl.cpu, "s");
    print("of it system", curl.system, "s");
    print("first index beyond it, CPU", first.cpu - curl.cpu, "s");

    std::printf("second index, nothing new\n");
    panel.forget_counts();
    const Figures second = run_index(tuner, options);
    print("seconds", second.seconds, "s", kAncestorSeconds);
    print("CPU", second.cpu, "s");
    print("of it system", second.system, "s");
    print("peak RSS", second.peak_mb, "MB", kAncestorPeakMb);
    print("requests", static_cast<double>(panel.requests()), "");
    print("series requests", static_cast<double>(panel.count("get_series_info")), "");

    std::printf("start from that catalog\n");
    auto serve = options;
    serve.subcommand = "serve";
    serve.settings["LINEUP_MAX_CHANNELS"] = "-1";
    serve.settings["SKIP_INDEX"] = "1";
    serve.settings["LOG_LEVEL"] = "info";
    const auto begin = Clock::now();
    tuner.start(serve);
    print("exec to serving the full lineup", seconds_since(begin), "s");
    print("CPU", bench::cpu_seconds(tuner.process().pid()), "s");
    print("RSS", bench::memory_mb(tuner.process().pid(), "VmRSS"), "MB");
    (void)tuner.stop();
    return 0;
}
