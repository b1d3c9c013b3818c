// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/tuner.hpp"
#include "support/vod_origin.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

namespace plex_tuner::testing {

inline constexpr std::size_t kMiB = std::size_t{1} << 20;

/// A real mount of the real binary; all films of its catalog are one file at the origin unless a
/// test says otherwise.
class MountCommandTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (::geteuid() != 0 || ::access("/dev/fuse", R_OK | W_OK) != 0) {
            GTEST_SKIP() << "mounting needs root and /dev/fuse";
        }
        origin_.put("/1.mkv", {.bytes = bytes_});
    }

    void TearDown() override { ::umount2(mount_point().c_str(), MNT_DETACH); }

    [[nodiscard]] std::filesystem::path mount_point() const { return tuner_.file("mnt"); }

    [[nodiscard]] std::filesystem::path film(const std::string& title) const {
        return mount_point() / "Movies" / title / (title + ".mkv");
    }

    /// Where the bytes of a film are at the origin.
    [[nodiscard]] std::string path_of(const std::string& title) const {
        const auto found = paths_.find(title);
        return found == paths_.end() ? "/1.mkv" : found->second;
    }

    /// Appears whole, as a refresh writes it.
    void write_catalog(const std::vector<std::string>& titles) {
        {
            std::ofstream file(tuner_.file("next.json"));
            file << R"({"movies":[)";
            for (std::size_t i = 0; i < titles.size(); ++i) {
                file << (i == 0 ? "" : ",") << R"({"id":")" << titles[i] << R"(","title":")"
                     << titles[i] << R"(","stream_url":")" << provider_.url(path_of(titles[i]))
                     << R"("})";
            }
            file << "]}";
        }
        std::filesystem::rename(tuner_.file("next.json"), tuner_.file("catalog.json"));
    }

    [[nodiscard]] TunerOptions options() const {
        TunerOptions all{.subcommand = "mount",
            .flags = {"-mount", mount_point()},
            .settings = {{"CACHE", tuner_.file("cache")}, {"CACHE_MIN_FREE", "0"},
                {"VODFS_NAME_PREFIX", "none"}}};
        all.settings.insert(settings_.begin(), settings_.end());
        return all;
    }

    void mount() {
        tuner_.launch(options());
        ASSERT_TRUE(tuner_.process().wait_for_line({"mounted", "mount_point="}))
            << tuner_.process().stderr_text();
    }

    [[nodiscard]] std::vector<std::string> films() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(mount_point() / "Movies")) {
            names.push_back(entry.path().filename().string());
        }
        std::ranges::sort(names);
        return names;
    }

    /// To the end or the first error.
    [[nodiscard]] static std::string rest_of(int file) {
        std::string bytes;
        std::string part(256 * 1024, '\0');
        for (ssize_t got = 1; got > 0;) {
            got = ::read(file, part.data(), part.size());
            bytes.append(part, 0, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        }
        return bytes;
    }

    [[nodiscard]] static std::string content(const std::filesystem::path& path) {
        const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        std::string bytes = rest_of(file);
        ::close(file);
        return bytes;
    }

    std::shared_ptr<const std::string> bytes_ = VodOrigin::made(6 * kMiB + 99);
    std::map<std::string, std::string> paths_;    ///< by title; else the one file
    std::map<std::string, std::string> settings_; ///< more of them
    ScriptedProvider provider_;
    VodOrigin origin_{provider_};
    Tuner tuner_;
};

} // namespace plex_tuner::testing
