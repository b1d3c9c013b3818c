// SPDX-License-Identifier: GPL-3.0-or-later
// From a provider's list to a catalog on disk and back, at the size of a real subscription: 6,207
// channels, about 2 MB of playlist.
#include <plex_tuner/catalog/catalog_file.hpp>
#include <plex_tuner/provider/m3u_catalog.hpp>
#include <plex_tuner/provider/m3u_reader.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>
#include <unistd.h>

namespace {

using namespace plex_tuner;

constexpr int kChannels = 6207;
constexpr std::size_t kChunkBytes = std::size_t{64} << 10;

std::string make_list() {
    std::string list = "#EXTM3U url-tvg=\"http://epg.example/xmltv.php?username=u&password=p\"\n";
    for (int i = 0; i < kChannels; ++i) {
        const std::string number = std::to_string(i);
        const std::string name = "DE | Kanal \xC3\x9C"
                                 "ber " +
                                 number + " FHD";
        list += "#EXTINF:-1 tvg-id=\"kanal" + number + ".de\" tvg-name=\"" + name +
                "\" tvg-logo=\"http://logos.example/images/channels/" + number +
                ".png\" tvg-chno=\"" + number + "\" group-title=\"DE | Vollprogramm " +
                std::to_string(i / 60) + "\" catchup=\"default\" catchup-days=\"7\"," + name +
                "\n" + "http://line.provider.example:8080/live/username12345/password12345/" +
                number + ".ts\n";
    }
    return list;
}

/// The list and the catalog made of it as files, gone at exit.
class Files {
public:
    Files() {
        std::string name = (std::filesystem::temp_directory_path() / "pt-bench-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            std::abort();
        }
        directory_ = name;
        std::ofstream(list(), std::ios::binary) << make_list();
        if (!write_catalog_file(read().catalog, catalog())) {
            std::abort();
        }
    }

    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;

    ~Files() { std::filesystem::remove_all(directory_); }

    [[nodiscard]] std::filesystem::path list() const { return directory_ / "list.m3u"; }

    [[nodiscard]] std::filesystem::path catalog() const { return directory_ / "catalog.json"; }

    [[nodiscard]] provider::M3uCatalog read() const {
        auto read = provider::read_m3u_catalog(list(), "bench");
        if (!read) {
            std::abort();
        }
        return std::move(*read);
    }

private:
    std::filesystem::path directory_;
};

const Files& files() {
    static const Files instance;
    return instance;
}

void BM_M3uReader(benchmark::State& state) {
    const std::string list = make_list();
    for (auto _ : state) {
        std::size_t sources = 0;
        provider::M3uReader reader({.header = {}, .entry = [&](provider::M3uEntry&& entry) {
                                        sources += entry.sources.size();
                                    }});
        for (std::string_view rest = list; !rest.empty();) {
            const std::string_view chunk = rest.substr(0, kChunkBytes);
            reader.feed(chunk);
            rest.remove_prefix(chunk.size());
        }
        if (!reader.finish() || sources != kChannels) {
            state.SkipWithError("the list was not read");
        }
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(list.size()) * state.iterations());
}

BENCHMARK(BM_M3uReader)->Unit(benchmark::kMillisecond);

void BM_M3uFileToCatalog(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(files().read().catalog.text_bytes());
    }
    state.SetBytesProcessed(
        static_cast<std::int64_t>(std::filesystem::file_size(files().list())) * state.iterations());
}

BENCHMARK(BM_M3uFileToCatalog)->Unit(benchmark::kMillisecond);

void BM_CatalogRead(benchmark::State& state) {
    for (auto _ : state) {
        const auto read = catalog::read_catalog_file(files().catalog());
        if (!read || read->live_channels().size() != kChannels) {
            state.SkipWithError("the catalog was not read");
        }
    }
    state.SetBytesProcessed(
        static_cast<std::int64_t>(std::filesystem::file_size(files().catalog())) *
        state.iterations());
}

BENCHMARK(BM_CatalogRead)->Unit(benchmark::kMillisecond);

void BM_CatalogWrite(benchmark::State& state) {
    const provider::M3uCatalog made = files().read();
    for (auto _ : state) {
        if (!catalog::write_catalog_file(made.catalog, files().catalog())) {
            state.SkipWithError("the catalog was not written");
        }
    }
}

BENCHMARK(BM_CatalogWrite)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
