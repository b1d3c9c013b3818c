// SPDX-License-Identifier: GPL-3.0-or-later
// What a walk over 157,331 directories of one file each costs with FUSE at the least: a file system
// that makes up its answers, on one thread that waits in read(2). `fuse_floor DIR` mounts it there
// until somebody unmounts it, then prints what it took; `fuse_floor DIR names` tells names only in
// the large directory, which is a third question for each small one. Meanwhile, for example
//     time find DIR/Movies -maxdepth 2 | wc -l
#include "process_figures.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <unistd.h>

#ifndef FUSE_USE_VERSION
#define FUSE_USE_VERSION 314
#endif
#include <fuse3/fuse_lowlevel.h>

namespace {

constexpr fuse_ino_t kRoot = 1;
constexpr fuse_ino_t kMovies = 2;
constexpr fuse_ino_t kFirstFilm = 11; ///< films are odd, their files the number behind
constexpr off_t kFilms = 157'331;
constexpr std::size_t kMaxListing = std::size_t{128} * 1024;

struct Floor {
    std::size_t requests = 0;
    bool tells_all = true;
};

Floor& floor_of(fuse_req_t request) {
    return *static_cast<Floor*>(fuse_req_userdata(request));
}

[[nodiscard]] std::string name_of(fuse_ino_t node) {
    const std::string title =
        "Live: Some film or other " + std::to_string((node - kFirstFilm) / 2) + " (1999)";
    return node % 2 == 0 ? title + ".mkv" : title;
}

[[nodiscard]] fuse_entry_param entry_of(fuse_ino_t node) {
    constexpr double kForever = 86'400;
    const bool is_directory = node <= kMovies || node % 2 == 1;
    fuse_entry_param entry{};
    entry.ino = node;
    entry.generation = 1;
    entry.attr_timeout = kForever;
    entry.entry_timeout = kForever;
    entry.attr.st_ino = node;
    entry.attr.st_mode = is_directory ? S_IFDIR | 0555 : S_IFREG | 0444;
    entry.attr.st_nlink = node == kMovies ? kFilms + 2 : is_directory ? 2 : 1;
    entry.attr.st_size = is_directory ? 0 : 1;
    return entry;
}

void on_init(void* /*data*/, fuse_conn_info* connection) {
    connection->want |= connection->capable & (FUSE_CAP_READDIRPLUS | FUSE_CAP_PARALLEL_DIROPS |
                                                  FUSE_CAP_NO_OPENDIR_SUPPORT);
    connection->want &= ~static_cast<unsigned>(FUSE_CAP_READDIRPLUS_AUTO);
}

void on_lookup(fuse_req_t request, fuse_ino_t directory, const char* text) {
    ++floor_of(request).requests;
    const std::string_view name(text);
    fuse_ino_t node = 0;
    if (directory == kRoot && name == "Movies") {
        node = kMovies;
    } else if (directory == kMovies && name.find(" other ") != std::string_view::npos) {
        const std::string_view number = name.substr(name.find(" other ") + 7);
        fuse_ino_t film = 0;
        std::from_chars(number.data(), number.data() + number.size(), film);
        node = kFirstFilm + 2 * film;
    } else if (directory >= kFirstFilm) {
        node = directory + 1;
    }
    const fuse_entry_param entry = node == 0 ? fuse_entry_param{} : entry_of(node);
    fuse_reply_entry(request, &entry);
}

void on_getattr(fuse_req_t request, fuse_ino_t node, fuse_file_info* /*info*/) {
    ++floor_of(request).requests;
    const fuse_entry_param entry = entry_of(node);
    fuse_reply_attr(request, &entry.attr, entry.attr_timeout);
}

void on_readdirplus(fuse_req_t request, fuse_ino_t directory, std::size_t size, off_t offset,
    fuse_file_info* /*info*/) {
    ++floor_of(request).requests;
    std::array<char, kMaxListing> buffer; // NOLINT(*-member-init): filled as far as it is sent
    size = std::min(size, buffer.size());
    const off_t count = directory == kMovies ? kFilms : 1;
    std::size_t used = 0;
    for (; offset < count; ++offset) {
        const fuse_ino_t node = directory == kRoot ? kMovies
                                : directory == kMovies
                                    ? kFirstFilm + 2 * static_cast<fuse_ino_t>(offset)
                                    : directory + 1;
        fuse_entry_param entry = entry_of(node);
        if (directory == kMovies && !floor_of(request).tells_all) {
            entry.ino = 0;
        }
        const std::string name = node == kMovies ? "Movies" : name_of(node);
        const std::size_t needed = fuse_add_direntry_plus(
            request, buffer.data() + used, size - used, name.c_str(), &entry, offset + 1);
        if (needed > size - used) {
            break;
        }
        used += needed;
    }
    fuse_reply_buf(request, buffer.data(), used);
}

void on_statfs(fuse_req_t request, fuse_ino_t /*node*/) {
    ++floor_of(request).requests;
    const struct statvfs nothing{};
    fuse_reply_statfs(request, &nothing);
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fputs("usage: fuse_floor DIR [names]\n", stderr);
        return EXIT_FAILURE;
    }
    Floor floor;
    floor.tells_all = argc < 3;
    fuse_lowlevel_ops operations{};
    operations.init = &on_init;
    operations.lookup = &on_lookup;
    operations.getattr = &on_getattr;
    operations.readdirplus = &on_readdirplus;
    operations.statfs = &on_statfs;
    operations.opendir = [](fuse_req_t request, fuse_ino_t /*node*/, fuse_file_info* /*info*/) {
        fuse_reply_err(request, ENOSYS);
    };
    std::string program = "fuse_floor";
    std::string flag = "-o";
    std::string options = "ro";
    std::array<char*, 4> texts = {program.data(), flag.data(), options.data(), nullptr};
    fuse_args arguments{.argc = 3, .argv = texts.data(), .allocated = 0};
    fuse_session* const session =
        fuse_session_new(&arguments, &operations, sizeof operations, &floor);
    if (session == nullptr || fuse_session_mount(session, argv[1]) != 0) {
        return EXIT_FAILURE;
    }
    fuse_session_loop(session);
    fuse_session_destroy(session);
    std::printf("  %zu requests, %.2f s of CPU\n", floor.requests,
        plex_tuner::bench::cpu_seconds(::getpid()));
    return EXIT_SUCCESS;
}
