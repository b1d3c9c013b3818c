// SPDX-License-Identifier: GPL-3.0-or-later
// A guide of a full provider: 6,207 channels from an XMLTV of 500 MB. Prints MB/s, CPU and peak
// memory of the build, and the ratio to `xmllint --stream` on the same file; then the same lineup
// in fourteen parts, each tuner reading for itself and all of them from one reading. Usage: guide
// [megabytes]
#include <plex_tuner/guide/guide_builder.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace plex_tuner;
using Clock = std::chrono::steady_clock;

constexpr int kChannels = 6'207;
/// Feeds hold more channels than anybody's lineup.
constexpr int kGuideChannels = 20'000;

std::string time_text(std::int64_t seconds) {
    const std::time_t at = seconds;
    std::tm parts{};
    ::gmtime_r(&at, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y%m%d%H%M%S +0000", &parts);
    return text;
}

void write_source(const std::filesystem::path& file, std::int64_t megabytes) {
    std::ofstream out(file, std::ios::binary);
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tv source-info-name=\"bench\">\n";
    for (int i = 0; i < kGuideChannels; ++i) {
        out << "<channel id=\"ch" << i << ".example\"><display-name>Channel " << i
            << "</display-name><icon src=\"http://icons.example/" << i << ".png\"/></channel>\n";
    }
    const std::int64_t begin = std::time(nullptr) / 3'600 * 3'600;
    for (std::int64_t n = 0; out.tellp() < megabytes * 1'000'000; ++n) {
        const std::int64_t start = begin + n / kGuideChannels * 1'800;
        out << "<programme start=\"" << time_text(start) << "\" stop=\"" << time_text(start + 1'800)
            << "\" channel=\"ch" << n % kGuideChannels << ".example\"><title lang=\"en\">Programme "
            << n % 977 << " of the day</title><sub-title>Part " << n % 31
            << "</sub-title><desc lang=\"en\">What happens in it &amp; who is in it, told at the "
               "length that is usual in such guides: two sentences, of which this is the "
               "first. The second ends here.</desc><category>Series</category><episode-num "
               "system=\"xmltv_ns\">"
            << n % 9 << "." << n % 23 << ".</episode-num></programme>\n";
    }
    out << "</tv>\n";
}

struct Figures {
    double seconds = 0;
    double cpu = 0;
    double peak_mb = 0;
    int status = 0;
};

template <class Work>
Figures in_a_child(const Work& work) {
    std::fflush(stdout);
    const auto begin = Clock::now();
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(work());
    }
    Figures figures;
    rusage usage{};
    ::wait4(child, &figures.status, 0, &usage);
    figures.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    figures.cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                  static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    figures.peak_mb = static_cast<double>(usage.ru_maxrss) / 1024;
    return figures;
}

void print(const char* what, double value, const char* unit) {
    std::printf("  %-36s %10.2f %s\n", what, value, unit);
}

/// The guide of `count` channels from the first on; the exit code.
int build_for(int first, int count, const guide::GuideInput& source,
    const guide::GuideOptions& options, const std::filesystem::path& target) {
    std::vector<std::string> texts;
    texts.reserve(static_cast<std::size_t>(count) * 3);
    std::vector<guide::GuideChannel> channels;
    for (int i = first; i < first + count; ++i) {
        texts.push_back(std::to_string(i + 1));
        texts.push_back("Channel " + std::to_string(i));
        texts.push_back("ch" + std::to_string(i) + ".example");
        channels.push_back({texts[texts.size() - 3], texts[texts.size() - 2], texts.back(), {}});
    }
    const auto report = guide::build_guide(channels, {source}, options, SystemClock(), target);
    if (!report || !report->sources[0].not_shared.empty()) {
        std::fprintf(stderr, "%s\n",
            report ? report->sources[0].not_shared.c_str() : report.error().message().c_str());
        return 1;
    }
    if (count == kChannels) {
        std::printf("  %zu programmes read, %zu written\n", report->source_programmes(),
            report->written_programmes);
        std::fflush(stdout);
    }
    return 0;
}

/// The lineup in equal parts, one tuner behind the other: what they take together.
void print_fleet(const char* what, const guide::GuideInput& source,
    const guide::GuideOptions& options, const std::filesystem::path& directory) {
    constexpr int kTuners = 14;
    double cpu = 0;
    double seconds = 0;
    double peak_mb = 0;
    for (int i = 0; i < kTuners; ++i) {
        const Figures one = in_a_child([&] {
            return build_for(kChannels / kTuners * i, kChannels / kTuners, source, options,
                directory / "part.xml");
        });
        cpu += one.cpu;
        seconds += one.seconds;
        peak_mb = std::max(peak_mb, one.peak_mb);
    }
    std::printf("  %d tuners, %-23s %10.2f s, %.2f s CPU, %.1f MB at most\n", kTuners, what,
        seconds, cpu, peak_mb);
}

} // namespace

int main(int argc, char** argv) {
    const std::int64_t megabytes = argc > 1 ? std::atoll(argv[1]) : 500;
    const auto directory = std::filesystem::temp_directory_path() / "plex-tuner-guide-bench";
    std::filesystem::create_directories(directory);
    const auto source = directory / "source.xml";
    write_source(source, megabytes);
    const auto size = static_cast<double>(std::filesystem::file_size(source)) / 1e6;
    std::printf("source: %.0f MB, %d channels, a lineup of %d\n", size, kGuideChannels, kChannels);

    const Figures build = in_a_child(
        [&] { return build_for(0, kChannels, {.file = source}, {}, directory / "guide.xml"); });
    print("build", build.seconds, "s");
    print("build", size / build.seconds, "MB/s");
    print("CPU", build.cpu, "s");
    print("peak RSS", build.peak_mb, "MB");
    const Figures lint = in_a_child([&] {
        ::execlp("xmllint", "xmllint", "--stream", "--noout", source.c_str(), nullptr);
        return 127;
    });
    print("xmllint --stream", lint.seconds, "s");
    print("ratio of the times", build.seconds / lint.seconds, "");
    print_fleet("each for itself", {.file = source}, {}, directory);
    guide::GuideOptions once;
    once.digest_directory = directory / "digests";
    print_fleet("read once for all", {.file = source, .is_shared = true}, once, directory);
    std::filesystem::remove_all(directory);
    return build.status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
