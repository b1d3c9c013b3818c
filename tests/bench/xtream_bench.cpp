// SPDX-License-Identifier: GPL-3.0-or-later
// Reading what a large Xtream panel answers: 157,331 films, 41,391 series and the details of each.
#include <plex_tuner/provider/xtream_reader.hpp>

#include <cstdint>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

namespace {

using namespace plex_tuner::provider;

constexpr std::size_t kFilms = 157'331;
constexpr std::size_t kSeries = 41'391;
constexpr std::size_t kInfoBytes = 9'000; ///< of one series
constexpr std::size_t kChunkBytes = std::size_t{64} << 10;

std::string film_list() {
    std::string list = "[";
    for (std::size_t i = 0; i < kFilms; ++i) {
        const std::string number = std::to_string(i);
        list += i == 0 ? "" : ",";
        list += R"j({"num":)j" + number + R"j(,"name":"EN - Le Ch\u00e2teau du )j" + number +
                R"j( (2014)","stream_type":"movie","stream_id":)j" + std::to_string(200'000 + i) +
                R"j(,"stream_icon":"https:\/\/image.example\/t\/p\/w600_and_h900\/poster)j" +
                number + R"j(.jpg","rating":"7.1","rating_5based":3.6,"added":"16)j" +
                std::to_string(10'000'000 + i) + R"j(","is_adult":"0","category_id":")j" +
                std::to_string(i % 90) + R"j(","category_ids":[)j" + std::to_string(i % 90) +
                R"j(],"container_extension":"mkv","custom_sid":null,"direct_source":""})j";
    }
    return list + "]";
}

std::string series_list() {
    const std::string plot(320, 'p');
    std::string list = "[";
    for (std::size_t i = 0; i < kSeries; ++i) {
        const std::string number = std::to_string(i);
        list += i == 0 ? "" : ",";
        list += R"j({"num":)j" + number + R"j(,"name":"DE - Serie )j" + number +
                R"j(","series_id":)j" + number +
                R"j(,"cover":"https:\/\/image.example\/t\/p\/w600\/cover)j" + number +
                R"j(.jpg","plot":")j" + plot +
                R"j(","cast":"A. Person, B. Person, C. Person","director":"","genre":"Drama",)j"
                R"j("releaseDate":"2016-04-01","last_modified":"1650000000","rating":"7",)j"
                R"j("rating_5based":3.5,"backdrop_path":["https:\/\/image.example\/b.jpg"],)j"
                R"j("youtube_trailer":"","episode_run_time":"45","category_id":"12"})j";
    }
    return list + "]";
}

/// About kInfoBytes of details, as the commonest panels write them.
std::string series_info() {
    const std::string plot(260, 'p');
    std::string info = R"j({"seasons":[],"info":{"name":"DE - Serie 1","cover":"","plot":")j" +
                       plot +
                       R"j(","releaseDate":"2016-04-01","category_id":"12"},"episodes":{"1":[)j";
    for (std::size_t i = 1; info.size() < kInfoBytes; ++i) {
        const std::string number = std::to_string(i);
        info += i == 1 ? "" : ",";
        info += R"j({"id":"77)j" + number + R"j(","episode_num":)j" + number +
                R"j(,"title":"DE - Serie 1 - S01E)j" + number +
                R"j( - Die F\u00e4hre","container_extension":"mkv","info":{"movie_image":)j"
                R"j("https:\/\/image.example\/t\/p\/w300\/still.jpg","plot":")j" +
                plot +
                R"j(","releasedate":"2016-04-08","rating":7,"duration_secs":2580,)j"
                R"j("duration":"00:43:00","bitrate":1800},"custom_sid":"","added":"1650000000",)j"
                R"j("season":1,"direct_source":""})j";
    }
    return info + "]}}";
}

void count(benchmark::State& state, std::size_t records, std::size_t bytes) {
    const double total = static_cast<double>(records) * static_cast<double>(state.iterations());
    state.counters["records/s"] = benchmark::Counter(total, benchmark::Counter::kIsRate);
    state.counters["s/record"] =
        benchmark::Counter(total, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
}

void BM_FilmList(benchmark::State& state) {
    const std::string list = film_list();
    for (auto _ : state) {
        std::int64_t years = 0;
        const auto counts = read_xtream_movies(
            text_chunks(list, kChunkBytes), [&](const XtreamMovie& movie) { years += movie.year; });
        if (!counts || counts->read != kFilms || years == 0) {
            state.SkipWithError("the list was not read");
        }
    }
    count(state, kFilms, list.size());
}

BENCHMARK(BM_FilmList)->Unit(benchmark::kMillisecond);

void BM_SeriesList(benchmark::State& state) {
    const std::string list = series_list();
    for (auto _ : state) {
        std::int64_t years = 0;
        const auto counts = read_xtream_series(text_chunks(list, kChunkBytes),
            [&](const XtreamSeries& series) { years += series.year; });
        if (!counts || counts->read != kSeries || years == 0) {
            state.SkipWithError("the list was not read");
        }
    }
    count(state, kSeries, list.size());
}

BENCHMARK(BM_SeriesList)->Unit(benchmark::kMillisecond);

/// All series one after the other, each an answer of its own.
void BM_SeriesInfos(benchmark::State& state) {
    const std::string info = series_info();
    for (auto _ : state) {
        std::int64_t episodes = 0;
        for (std::size_t i = 0; i < kSeries; ++i) {
            const auto read = read_xtream_series_info(text_chunks(info),
                [&](const XtreamEpisode& episode) { episodes += episode.season; });
            if (!read || !read->known) {
                state.SkipWithError("the series was not read");
            }
        }
        benchmark::DoNotOptimize(episodes);
    }
    count(state, kSeries, info.size() * kSeries);
}

BENCHMARK(BM_SeriesInfos)->Unit(benchmark::kMillisecond);

} // namespace
