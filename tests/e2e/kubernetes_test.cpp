// SPDX-License-Identifier: GPL-3.0-or-later
// Manifests of a fleet: what is on disk stays, and no password gets among them.
#include "support/child_process.hpp"
#include "support/temporary_directory.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Kubernetes : public ::testing::Test {
protected:
    CommandResult generate(std::vector<std::string> arguments) {
        const std::vector<std::string> command{
            PT_TUNER_BINARY, "generate-supervisor-config", "-k8s", manifests_.string()};
        arguments.insert(arguments.begin(), command.begin(), command.end());
        return run_command(arguments);
    }

    TemporaryDirectory directory_;
    std::filesystem::path manifests_ = directory_.path() / "fleet";
};

TEST_F(Kubernetes, WhatWasEditedIsKeptUnlessForced) {
    const CommandResult made = generate({});
    ASSERT_EQ(made.exit_code, 0) << made.errors;
    const auto file = manifests_ / "supervise.json";
    const auto read = [&] {
        std::ostringstream text;
        text << std::ifstream(file).rdbuf();
        return text.str();
    };
    const std::string before = read();
    EXPECT_THAT(before, HasSubstr("hdhr-main"));
    std::ofstream(file) << "{}";
    std::filesystem::remove(manifests_ / "kustomization.yaml");
    const CommandResult refused = generate({});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(
        refused.errors, AllOf(HasSubstr("supervise.json is there already"), HasSubstr("-force")));
    EXPECT_EQ(read(), "{}");
    EXPECT_FALSE(std::filesystem::exists(manifests_ / "kustomization.yaml"));
    EXPECT_EQ(generate({"-force"}).exit_code, 0);
    EXPECT_EQ(read(), before);
}

TEST_F(Kubernetes, NoPasswordGetsIntoAConfigMap) {
    for (const char* const flag :
        {"-hdhr-m3u-url", "-hdhr-xmltv-url", "-cat-m3u-url", "-cat-xmltv-url"}) {
        for (const char* const address :
            {"http://joe:secret1@tv.example/list.m3u", "http://tv.example/list?token=secret1"}) {
            const CommandResult refused = generate({flag, address});
            EXPECT_EQ(refused.exit_code, 2) << flag;
            EXPECT_THAT(refused.errors,
                AllOf(HasSubstr(flag), HasSubstr("provider.env"), Not(HasSubstr("secret1"))));
        }
    }
    EXPECT_FALSE(std::filesystem::exists(manifests_));
    EXPECT_EQ(generate({"-cat-m3u-url", "http://tv.example/list.m3u?type=m3u_plus"}).exit_code, 0);
}

TEST_F(Kubernetes, TheConfigurationIsWhereTheManifestsLookForIt) {
    const CommandResult refused =
        generate({"-out-json", (directory_.path() / "other.json").string()});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.errors, HasSubstr("-out-json does not go with -k8s"));
    EXPECT_FALSE(std::filesystem::exists(manifests_));
}

} // namespace
} // namespace plex_tuner::testing
