// SPDX-License-Identifier: GPL-3.0-or-later
// catalog.json of a full account, written by one process and read by another: seconds, CPU, memory.
#include "process_figures.hpp"
#include "seed_catalog.hpp"

#include <plex_tuner/catalog/catalog_file.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace plex_tuner;
using Clock = std::chrono::steady_clock;

void print(const char* what, double value, const char* unit) {
    std::printf("  %-34s %9.2f %s\n", what, value, unit);
}

[[noreturn]] void give_up(const Error& error) {
    std::fprintf(stderr, "%s\n", error.message().c_str());
    std::exit(EXIT_FAILURE);
}

template <class Work>
void measure(const char* what, const Work& work) {
    std::printf("%s\n", what);
    const double cpu_before = bench::cpu_seconds(::getpid());
    const auto begin = Clock::now();
    work();
    print("time", std::chrono::duration<double>(Clock::now() - begin).count(), "s");
    print("CPU", bench::cpu_seconds(::getpid()) - cpu_before, "s");
}

void write_it(const std::filesystem::path& path) {
    const catalog::Catalog made = bench::seed_catalog();
    measure("write", [&] {
        if (const Result<void> written = catalog::write_catalog_file(made, path); !written) {
            give_up(written.error());
        }
    });
    print("file", static_cast<double>(std::filesystem::file_size(path)) / 1e6, "MB");
}

void read_it(const std::filesystem::path& path) {
    const double rss_before = bench::memory_mb(::getpid(), "VmRSS");
    measure("read", [&] {
        const Result<catalog::Catalog> read = catalog::read_catalog_file(path);
        if (!read) {
            give_up(read.error());
        }
        print("catalog in memory", bench::memory_mb(::getpid(), "VmRSS") - rss_before, "MB");
        print("text of it", static_cast<double>(read->text_bytes()) / 1e6, "MB");
        std::printf("  %zu channels, %zu films, %zu series\n", read->live_channels().size(),
            read->movies().size(), read->series().size());
    });
    print("peak RSS of the process", bench::memory_mb(::getpid(), "VmHWM"), "MB");
}

/// In a process of its own, so that one step's memory does not show in the figures of the next.
template <class Step>
void apart(const Step& step) {
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child == 0) {
        step();
        std::fflush(stdout);
        ::_exit(EXIT_SUCCESS);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0) {
        std::fprintf(stderr, "a step failed\n");
        std::exit(EXIT_FAILURE);
    }
}

} // namespace

int main() {
    std::string directory =
        (std::filesystem::temp_directory_path() / "pt-catalog-bench-XXXXXX").string();
    if (::mkdtemp(directory.data()) == nullptr) {
        return EXIT_FAILURE;
    }
    const std::filesystem::path path = std::filesystem::path(directory) / "catalog.json";
    apart([&] { write_it(path); });
    apart([&] { read_it(path); });
    std::filesystem::remove_all(directory);
    return EXIT_SUCCESS;
}
