// SPDX-License-Identifier: GPL-3.0-or-later
// What sharing costs: permits per second of one process and of fourteen, and the series details of
// a real subscription (41,391 shows of 9 kB) written and read back.
#include <plex_tuner/state/detail_store.hpp>
#include <plex_tuner/state/governor_ledger.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace plex_tuner;
using namespace plex_tuner::state;

constexpr std::int64_t kSeries = 41'391;
constexpr std::size_t kBodyBytes = 9'000;
constexpr std::int64_t kBatch = 500;
constexpr GovernorLimits kManyAtATime{.concurrent = 1000, .rate_per_second = 0, .burst = 1};

/// On disk, where the state directory is; /tmp may be memory.
class Directory {
public:
    Directory() {
        std::string name = (std::filesystem::current_path() / "pt-bench-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            std::abort();
        }
        path_ = name;
    }

    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    ~Directory() { std::filesystem::remove_all(path_); }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

TimePoint now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

GovernorLedger open_ledger(const Directory& directory) {
    auto ledger = GovernorLedger::open({.directory = directory.path(), .random = [] {
                                            return 0.5;
                                        }});
    if (!ledger) {
        std::abort();
    }
    return std::move(*ledger);
}

void acquire_and_report(GovernorLedger& ledger) {
    auto acquired = ledger.try_acquire("provider", kManyAtATime, now());
    if (!acquired || !std::holds_alternative<Permit>(*acquired) ||
        !ledger.report(std::get<Permit>(std::move(*acquired)), {.status = 200}, now())) {
        std::abort();
    }
}

void BM_AcquireAndReport(benchmark::State& state) {
    const Directory directory;
    auto ledger = open_ledger(directory);
    for (auto _ : state) {
        acquire_and_report(ledger);
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(BM_AcquireAndReport)->UseRealTime();

/// Each iteration is fourteen processes from start to end.
void BM_AcquireAndReportFourteenProcesses(benchmark::State& state) {
    constexpr int kProcesses = 14;
    constexpr int kPermits = 500;
    const Directory directory;
    for (auto _ : state) {
        for (int i = 0; i < kProcesses; ++i) {
            if (::fork() == 0) {
                auto ledger = open_ledger(directory);
                for (int n = 0; n < kPermits; ++n) {
                    acquire_and_report(ledger);
                }
                ::_exit(0);
            }
        }
        int status = 0;
        while (::wait(&status) > 0) {
            if (status != 0) {
                state.SkipWithError("a process failed");
            }
        }
    }
    state.SetItemsProcessed(state.iterations() * kProcesses * kPermits);
}

BENCHMARK(BM_AcquireAndReportFourteenProcesses)->UseRealTime()->Unit(benchmark::kMillisecond);

DetailStore open_store(const Directory& directory) {
    auto store = DetailStore::open(directory.path());
    if (!store) {
        std::abort();
    }
    return std::move(*store);
}

void write_all(DetailStore& store) {
    std::vector<Details> batch;
    for (std::int64_t id = 1; id <= kSeries; ++id) {
        batch.push_back({.id = std::to_string(id),
            .last_modified = "1704067200",
            .fetched_at = {},
            .body = std::string(kBodyBytes, static_cast<char>('a' + id % 26))});
        if (id % kBatch == 0 || id == kSeries) {
            if (!store.put("account", batch)) {
                std::abort();
            }
            batch.clear();
        }
    }
}

void BM_SeriesWrite(benchmark::State& state) {
    for (auto _ : state) {
        const Directory directory;
        auto store = open_store(directory);
        write_all(store);
    }
    state.SetItemsProcessed(state.iterations() * kSeries);
}

BENCHMARK(BM_SeriesWrite)->UseRealTime()->Unit(benchmark::kMillisecond);

void BM_SeriesGet(benchmark::State& state) {
    const Directory directory;
    auto store = open_store(directory);
    write_all(store);
    for (auto _ : state) {
        std::size_t bytes = 0;
        for (std::int64_t id = 1; id <= kSeries; ++id) {
            const auto one = store.get("account", std::to_string(id));
            bytes += one && *one ? (*one)->body.size() : 0;
        }
        if (bytes != kSeries * kBodyBytes) {
            state.SkipWithError("not all was read");
        }
    }
    state.SetItemsProcessed(state.iterations() * kSeries);
}

BENCHMARK(BM_SeriesGet)->UseRealTime()->Unit(benchmark::kMillisecond);

void BM_DetailStamps(benchmark::State& state) {
    const Directory directory;
    auto store = open_store(directory);
    write_all(store);
    for (auto _ : state) {
        const auto stamps = store.stamps("account");
        if (!stamps || stamps->size() != kSeries) {
            state.SkipWithError("not all was read");
        }
    }
    state.SetItemsProcessed(state.iterations() * kSeries);
}

BENCHMARK(BM_DetailStamps)->UseRealTime()->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
