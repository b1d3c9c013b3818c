// SPDX-License-Identifier: GPL-3.0-or-later
// The file system of a full account without a kernel: 157,331 films, 41,391 series, a million
// episodes. Seconds from catalog.json to a tree, its memory, and what single questions cost.
#include "process_figures.hpp"
#include "seed_catalog.hpp"

#include <plex_tuner/catalog/catalog_file.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include <sys/wait.h>
#include <unistd.h>
#include <vodfs/tree.hpp>
#include <vodfs/tree_difference.hpp>

namespace {

using namespace plex_tuner;
using Clock = std::chrono::steady_clock;

constexpr int kEpisodesPerSeason = 12;

void print(const char* what, double value, const char* unit) {
    std::printf("  %-40s %9.3f %s\n", what, value, unit);
}

template <class Work>
auto timed(const char* what, const Work& work) {
    const auto begin = Clock::now();
    auto result = work();
    print(what, std::chrono::duration<double>(Clock::now() - begin).count(), "s");
    return result;
}

std::size_t walk(const vodfs::Tree& tree, vodfs::Inode directory, int depth) {
    std::size_t nodes = 0;
    tree.list(directory, 0, [&](const vodfs::NamedNode& node) {
        ++nodes;
        if (node.info.is_directory && depth > 1) {
            nodes += walk(tree, node.info.inode, depth - 1);
        }
        return true;
    });
    return nodes;
}

int measure(const std::filesystem::path& path) {
    auto catalog = timed("read catalog.json", [&] { return catalog::read_catalog_file(path); });
    if (!catalog) {
        std::fprintf(stderr, "%s\n", catalog.error().message().c_str());
        return EXIT_FAILURE;
    }
    print("RSS with the catalog", bench::memory_mb(::getpid(), "VmRSS"), "MB");
    const auto shared = std::make_shared<const catalog::Catalog>(std::move(*catalog));
    const auto build = [&] {
        return vodfs::Tree::build(shared, {.prefix = "Live: "});
    };
    const auto tree = timed("build the tree", build);
    print("RSS with the tree", bench::memory_mb(::getpid(), "VmRSS"), "MB");
    const auto& counts = tree->counts();
    std::printf(
        "  %zu films, %zu series, %zu episodes\n", counts.films, counts.series, counts.episodes);
    timed("list Movies", [&] { return walk(*tree, vodfs::kMoviesInode, 1); });
    timed("list Movies and all films", [&] { return walk(*tree, vodfs::kMoviesInode, 2); });
    timed("list all of TV", [&] { return walk(*tree, vodfs::kTvInode, 3); });
    const auto other = build();
    timed("compare with the next tree",
        [&] { return vodfs::TreeDifference(*tree, *other).names().size(); });
    print("peak RSS", bench::memory_mb(::getpid(), "VmHWM"), "MB");
    return EXIT_SUCCESS;
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "write") {
        // The catalog alone, for a look at a real mount of it.
        const auto made = bench::seed_catalog(kEpisodesPerSeason);
        return catalog::write_catalog_file(made, argv[2]) ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    std::string directory =
        (std::filesystem::temp_directory_path() / "pt-vodfs-bench-XXXXXX").string();
    if (::mkdtemp(directory.data()) == nullptr) {
        return EXIT_FAILURE;
    }
    const std::filesystem::path path = std::filesystem::path(directory) / "catalog.json";
    // Made by another process, so that its memory does not show.
    const pid_t child = ::fork();
    if (child == 0) {
        const auto made = bench::seed_catalog(kEpisodesPerSeason);
        ::_exit(catalog::write_catalog_file(made, path) ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    int status = 0;
    const bool made = child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
    const int result = made ? measure(path) : EXIT_FAILURE;
    std::filesystem::remove_all(directory);
    return result;
}
