// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/temporary_directory.hpp"
#include "trust_store.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace plex_tuner::fetch {
namespace {

class TrustStoreTest : public ::testing::Test {
protected:
    std::string place(const std::string& file, std::string_view content = "PEM") {
        const auto path = root_.path() / file;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << content;
        return path;
    }

    plex_tuner::testing::TemporaryDirectory root_;
};

TEST_F(TrustStoreTest, TheBundleOfEachDistributionIsFound) {
    for (const char* file : {"etc/ssl/cert.pem", "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
             "etc/ssl/certs/ca-certificates.crt"}) {
        const std::string bundle = place(file);
        EXPECT_EQ(find_trust_store(root_.path()), bundle);
    }
}

TEST_F(TrustStoreTest, AnEmptyBundleIsNone) {
    place("etc/ssl/certs/ca-certificates.crt", "");
    const std::string bundle = place("etc/ssl/cert.pem");
    EXPECT_EQ(find_trust_store(root_.path()), bundle);
}

TEST_F(TrustStoreTest, ADirectoryCountsOnceItHasHashedNames) {
    place("etc/ssl/certs/README");
    EXPECT_NE(find_trust_store(root_.path()), root_.path() / "etc/ssl/certs");
    place("etc/ssl/certs/5ed36f99.0");
    EXPECT_EQ(find_trust_store(root_.path()), root_.path() / "etc/ssl/certs");
}

TEST_F(TrustStoreTest, WhereThereIsNoneTheUsualPlaceIsNamed) {
    EXPECT_EQ(find_trust_store(root_.path()), root_.path() / "etc/ssl/certs/ca-certificates.crt");
}

} // namespace
} // namespace plex_tuner::fetch
