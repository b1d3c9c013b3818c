// SPDX-License-Identifier: GPL-3.0-or-later
// `plex-tuner doctor vodfs` beside real mounts, and a media server with mounts of its own.
#include "support/tuner.hpp"

#include <fstream>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/mount.h>
#include <unistd.h>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kServer = "Stand-in Server";

/// A directory with a propagation of its own, and a process that has got mounts of its own while
/// nothing was mounted there yet.
class Doctor : public ::testing::Test {
protected:
    void SetUp() override {
        if (::geteuid() != 0 || ::access("/dev/fuse", R_OK | W_OK) != 0) {
            GTEST_SKIP() << "mounting needs root and /dev/fuse";
        }
        std::ofstream(tuner_.file("catalog.json"))
            << R"({"movies":[{"id":"1","title":"Zulu","stream_url":"http://127.0.0.1:9/1.mkv"}]})";
        std::filesystem::create_directories(media());
    }

    void TearDown() override {
        ::umount2(mount_point().c_str(), MNT_DETACH);
        ::umount2(media().c_str(), MNT_DETACH);
    }

    [[nodiscard]] std::filesystem::path media() const { return tuner_.file("media"); }

    [[nodiscard]] std::filesystem::path mount_point() const { return media() / "vod"; }

    void set_propagation(unsigned long propagation) {
        ASSERT_EQ(::mount(media().c_str(), media().c_str(), nullptr, MS_BIND, nullptr), 0);
        ASSERT_EQ(::mount(nullptr, media().c_str(), nullptr, propagation, nullptr), 0);
    }

    void start_server() {
        server_ = std::make_unique<ChildProcess>(ChildOptions{
            .arguments = {"/usr/bin/unshare", "--mount", "--propagation", "unchanged", "/bin/bash",
                "-c", "echo ready >&2; exec -a '" + std::string(kServer) + "' sleep 600"},
            .environment = {{"PATH", "/usr/bin:/bin"}},
            .directory = "/"});
        ASSERT_TRUE(server_->wait_for_line({"ready"}));
    }

    [[nodiscard]] TunerOptions options(const std::string& subcommand) const {
        return {.subcommand = subcommand,
            .flags = {"-mount", mount_point()},
            .settings = {{"CACHE", tuner_.file("cache")}, {"CACHE_MIN_FREE", "0"}}};
    }

    void mount() {
        mounter_.launch(options("mount"));
        ASSERT_TRUE(mounter_.process().wait_for_line({"mounted", "mount_point="}))
            << mounter_.process().stderr_text();
    }

    /// Of the pid: a process with that name may be left over of another test.
    [[nodiscard]] nlohmann::json diagnosis(int exit_code) {
        TunerOptions doctor = options("doctor");
        doctor.flags.insert(doctor.flags.begin(), "vodfs");
        for (const auto& more :
            {std::string("-json"), std::string("-pid"), std::to_string(server_->pid())}) {
            doctor.flags.push_back(more);
        }
        tuner_.launch(doctor);
        EXPECT_EQ(tuner_.process().wait(), exit_code) << tuner_.process().stdout_text();
        nlohmann::json checks;
        const auto all = nlohmann::json::parse(tuner_.process().stdout_text());
        EXPECT_EQ(all.at("ok"), exit_code == 0);
        for (const auto& check : all.at("checks")) {
            checks[check.at("name").get<std::string>()] = check;
        }
        return checks;
    }

    Tuner tuner_;
    std::unique_ptr<ChildProcess> server_;
    Tuner mounter_;
};

TEST_F(Doctor, AMountOnASharedOneIsSeenByTheServer) {
    set_propagation(MS_SHARED);
    start_server();
    EXPECT_THAT(diagnosis(0).at("seen by it").at("finding"), HasSubstr("once it is mounted"));
    std::filesystem::copy_file(tuner_.file("catalog.json"), mounter_.file("catalog.json"));
    mount();
    const auto checks = diagnosis(0);
    EXPECT_THAT(checks.at("mount point").at("finding"), HasSubstr("is mounted"));
    EXPECT_THAT(checks.at("propagation").at("finding"), HasSubstr("is shared"));
    EXPECT_THAT(checks.at("media server").at("finding"), HasSubstr(kServer));
    EXPECT_THAT(checks.at("seen by it").at("finding"), HasSubstr(mount_point().string()));
    EXPECT_TRUE(std::filesystem::exists(
        "/proc/" + std::to_string(server_->pid()) + "/root" + (mount_point() / "Movies").string()));
    mounter_.kill();
    EXPECT_EQ(diagnosis(1).at("mount point").at("verdict"), "problem");
}

TEST_F(Doctor, AMountOnAPrivateOneIsNot) {
    set_propagation(MS_PRIVATE);
    start_server();
    std::filesystem::copy_file(tuner_.file("catalog.json"), mounter_.file("catalog.json"));
    mount();
    const auto checks = diagnosis(1);
    EXPECT_EQ(checks.at("propagation").at("verdict"), "problem");
    EXPECT_THAT(checks.at("propagation").at("remedy"), HasSubstr(media().string()));
    EXPECT_EQ(checks.at("seen by it").at("verdict"), "problem");
    EXPECT_FALSE(std::filesystem::exists(
        "/proc/" + std::to_string(server_->pid()) + "/root" + (mount_point() / "Movies").string()));
    EXPECT_EQ(mounter_.stop(), 0);
}

TEST_F(Doctor, SaysInLinesWhatIsAskedForAndMissing) {
    TunerOptions doctor = options("doctor");
    tuner_.launch(doctor);
    EXPECT_EQ(tuner_.process().wait(), 2);
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("doctor vodfs"));
    doctor.flags = {"vodfs", "-process", "No Such Server"};
    tuner_.launch(doctor);
    EXPECT_EQ(tuner_.process().wait(), 1);
    EXPECT_THAT(tuner_.process().stdout_text(), HasSubstr("problem  mount point"));
    EXPECT_THAT(tuner_.process().stdout_text(), HasSubstr("No Such Server does not run here"));
    doctor.flags = {"vodfs", "-pid", "many"};
    tuner_.launch(doctor);
    EXPECT_EQ(tuner_.process().wait(), 2);
}

} // namespace
} // namespace plex_tuner::testing
