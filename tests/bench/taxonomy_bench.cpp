// SPDX-License-Identifier: GPL-3.0-or-later
// Time per film to find its category, and to put all films of a full account in order.
#include "seed_catalog.hpp"

#include <plex_tuner/catalog/taxonomy.hpp>
#include <plex_tuner/catalog/vod_order.hpp>

#include <algorithm>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

using namespace plex_tuner;

/// Classified and in an order of chance, as the catalog of seed_catalog() has them otherwise.
std::vector<catalog::Movie> shuffled_movies(const catalog::Catalog& made) {
    std::vector<catalog::Movie> movies(made.movies().begin(), made.movies().end());
    for (catalog::Movie& movie : movies) {
        catalog::apply_taxonomy(movie);
    }
    std::ranges::shuffle(movies, std::mt19937(1)); // NOLINT(bugprone-random-generator-seed)
    return movies;
}

void BM_Classify(benchmark::State& state) {
    const catalog::Catalog made = bench::seed_catalog();
    std::size_t next = 0;
    for (auto _ : state) {
        const catalog::Movie& movie = made.movies()[next];
        next = (next + 1) % made.movies().size();
        benchmark::DoNotOptimize(
            catalog::classify({movie.title, movie.provider_category_name, {}}));
    }
}

BENCHMARK(BM_Classify);

void BM_SortMovies(benchmark::State& state) {
    const catalog::Catalog made = bench::seed_catalog();
    const std::vector<catalog::Movie> shuffled = shuffled_movies(made);
    for (auto _ : state) {
        state.PauseTiming();
        std::vector<catalog::Movie> movies = shuffled;
        state.ResumeTiming();
        catalog::sort_vod(movies);
    }
}

BENCHMARK(BM_SortMovies)->Unit(benchmark::kMillisecond);

} // namespace
