// SPDX-License-Identifier: GPL-3.0-or-later
// What the manifests say to Kubernetes is checked by scripts/check-k8s.
#include <plex_tuner/fleet/kubernetes.hpp>

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::fleet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string file_of(const std::vector<KubernetesFile>& files, const std::string& name) {
    const auto found = std::ranges::find(files, name, &KubernetesFile::name);
    return found == files.end() ? std::string() : found->text;
}

TEST(KubernetesManifests, EachTunerHasAServiceAndMemory) {
    const auto fleet = generate_fleet({.counts = {{"sports", 958}}});
    ASSERT_TRUE(fleet);
    ASSERT_EQ(fleet->tuners.size(), 13U); // the network's, eleven categories, one of them in two
    EXPECT_EQ(fleet->tuners[2].name, "sports2");
    EXPECT_EQ(fleet->tuners[2].port, 5102);
    const auto files = kubernetes_manifests(*fleet, {});
    ASSERT_TRUE(files) << files.error().message();
    const std::string services = file_of(*files, "services.yaml");
    EXPECT_THAT(services, AllOf(HasSubstr("name: plextuner-hdhr-main"),
                              HasSubstr("name: plextuner-sports2"), HasSubstr("targetPort: 5102")));
    const std::string deployment = file_of(*files, "deployment.yaml");
    EXPECT_THAT(deployment, AllOf(HasSubstr("memory: 324Mi"), HasSubstr("memory: 1296Mi"),
                                HasSubstr("containerPort: 5102")));
}

TEST(KubernetesManifests, TheTunerInTheNetworkSaysWhereItWasAsked) {
    const auto fleet = generate_fleet({.main_has_no_base_url = true});
    ASSERT_TRUE(fleet);
    EXPECT_THAT(fleet->json, AllOf(Not(HasSubstr("http://plextuner-hdhr-main.")),
                                 HasSubstr("http://plextuner-sports.plex.svc:5004")));
}

TEST(KubernetesManifests, NamespaceAndImageAreTakenAsTheyAreOrRefused) {
    const auto fleet = generate_fleet({});
    ASSERT_TRUE(fleet);
    const auto files =
        kubernetes_manifests(*fleet, {.name_space = "on", .image = "registry:5000/a/b@sha256:12"});
    ASSERT_TRUE(files) << files.error().message();
    EXPECT_THAT(file_of(*files, "kustomization.yaml"), HasSubstr("namespace: \"on\"\n"));
    EXPECT_THAT(
        file_of(*files, "deployment.yaml"), HasSubstr("image: \"registry:5000/a/b@sha256:12\"\n"));
    for (const char* const name : {"", "Plex", "a b", "-a", "a\nb"}) {
        const auto refused = kubernetes_manifests(*fleet, {.name_space = name});
        ASSERT_FALSE(refused) << name;
        EXPECT_THAT(refused.error().message(), HasSubstr("a namespace is"));
    }
    for (const char* const image : {"", "a b", "x\"y", "a\nb"}) {
        const auto refused = kubernetes_manifests(*fleet, {.image = image});
        ASSERT_FALSE(refused) << image;
        EXPECT_THAT(refused.error().message(), HasSubstr("the image is no name"));
    }
}

} // namespace
} // namespace plex_tuner::fleet
