// SPDX-License-Identifier: GPL-3.0-or-later
// The guide of the size of a real provider: 6,207 channels, 148,125 programmes, some 70 MB.
#include <plex_tuner/guide/guide_builder.hpp>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

using namespace plex_tuner;

constexpr std::size_t kChannels = 6'207;
constexpr std::size_t kProgrammes = 148'125;

class FixedClock final : public Clock {
public:
    // 2026-11-23 00:00 UTC, when the generated programmes begin
    [[nodiscard]] WallTime wall() const override {
        return std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);
    }

    [[nodiscard]] SteadyTime steady() const override { return {}; }
};

std::string two_digits(std::size_t value) {
    return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
}

/// Half an hour each; `slot` counts from 2026-11-23 00:00.
std::string time_of(std::size_t slot) {
    return "202611" + two_digits(23 + slot / 48) + two_digits(slot % 48 / 2) +
           (slot % 2 == 0 ? "0000" : "3000") + " +0000";
}

std::string sentence(std::uint32_t& seed, std::size_t words) {
    static constexpr std::string_view kWords[] = {"the", "evening", "report", "season", "detective",
        "follows", "a", "mystery", "through", "caf\xC3\xA9s", "and", "old", "streets", "while",
        "music", "plays", "again"};
    std::string text;
    for (std::size_t i = 0; i < words; ++i) {
        seed = seed * 1664525U + 1013904223U;
        text += i == 0 ? "" : " ";
        text += kWords[(seed >> 16) % std::size(kWords)];
    }
    return text;
}

/// Written once, removed at the end of the program.
class Guide {
public:
    Guide() {
        std::string name =
            (std::filesystem::temp_directory_path() / "pt-xmltv-bench-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            std::abort();
        }
        directory_ = name;
        write();
        for (std::size_t i = 0; i < kChannels; ++i) {
            numbers_.push_back(std::to_string(i + 1));
            names_.push_back("Channel " + std::to_string(i));
            ids_.push_back("channel" + std::to_string(i) + ".example");
        }
        for (std::size_t i = 0; i < kChannels; ++i) {
            channels_.push_back({numbers_[i], names_[i], ids_[i], {}});
        }
    }

    Guide(const Guide&) = delete;
    Guide& operator=(const Guide&) = delete;

    ~Guide() {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    [[nodiscard]] std::filesystem::path source() const { return directory_ / "source.xml"; }

    [[nodiscard]] std::filesystem::path target() const { return directory_ / "guide.xml"; }

    [[nodiscard]] std::vector<guide::GuideChannel> channels(std::size_t count) const {
        return {channels_.begin(), channels_.begin() + static_cast<std::ptrdiff_t>(count)};
    }

private:
    void write() const {
        std::ofstream out(source(), std::ios::binary);
        out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tv source-info-name=\"bench\">\n";
        for (std::size_t i = 0; i < kChannels; ++i) {
            out << "  <channel id=\"channel" << i
                << ".example\">\n    <display-name lang=\"en\">Channel " << i
                << "</display-name>\n    <icon src=\"http://img.example/" << i
                << ".png\"/>\n  </channel>\n";
        }
        std::uint32_t seed = 7;
        for (std::size_t i = 0; i < kProgrammes; ++i) {
            const std::size_t channel = i * kChannels / kProgrammes;
            const std::size_t slot = i - (channel * kProgrammes + kChannels - 1) / kChannels;
            out << "  <programme start=\"" << time_of(slot) << "\" stop=\"" << time_of(slot + 1)
                << "\" channel=\"channel" << channel << ".example\">\n    <title lang=\"en\">"
                << sentence(seed, 3) << "</title>\n    <sub-title lang=\"en\">Part " << slot
                << " &amp; more</sub-title>\n    <desc lang=\"en\">" << sentence(seed, 27)
                << ".</desc>\n    <category lang=\"en\">News</category>\n"
                << "    <episode-num system=\"xmltv_ns\">1 . " << slot
                << " . 0/1</episode-num>\n  </programme>\n";
        }
        out << "</tv>\n";
    }

    std::filesystem::path directory_;
    std::vector<std::string> numbers_;
    std::vector<std::string> names_;
    std::vector<std::string> ids_;
    std::vector<guide::GuideChannel> channels_;
};

const Guide& the_guide() {
    static const Guide guide;
    return guide;
}

void BM_BuildGuide(benchmark::State& state) {
    const Guide& guide = the_guide();
    const auto channels = guide.channels(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        auto report =
            guide::build_guide(channels, {{guide.source()}}, {}, FixedClock(), guide.target());
        if (!report || !report->sources.front().failure.empty()) {
            state.SkipWithError("the guide was not built");
            return;
        }
        state.counters["programmes"] = static_cast<double>(report->written_programmes);
    }
    state.SetBytesProcessed(
        state.iterations() * static_cast<std::int64_t>(std::filesystem::file_size(guide.source())));
}

BENCHMARK(BM_BuildGuide)->Arg(480)->Arg(kChannels)->Unit(benchmark::kMillisecond);

void BM_CompressGuide(benchmark::State& state) {
    const Guide& guide = the_guide();
    if (!guide::build_guide(
            guide.channels(kChannels), {{guide.source()}}, {}, FixedClock(), guide.target())) {
        state.SkipWithError("the guide was not built");
        return;
    }
    const auto size = std::filesystem::file_size(guide.target());
    for (auto _ : state) {
        const auto compressed = guide::compress_guide(guide.target());
        if (!compressed) {
            state.SkipWithError("the guide was not compressed");
            return;
        }
        state.counters["ratio"] = static_cast<double>(std::filesystem::file_size(*compressed)) /
                                  static_cast<double>(size);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}

BENCHMARK(BM_CompressGuide)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
