// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fleet/generate.hpp>

#include <string>
#include <vector>

namespace plex_tuner::fleet {

struct KubernetesOptions {
    std::string name_space = "plex";
    std::string image = "plex-tuner:0.1.0";
};

/// A file of the directory that `kubectl apply -k` is given.
struct KubernetesFile {
    std::string name;
    std::string text;
};

/// Where the manifests mount things, for GenerateOptions.
inline constexpr const char* kKubernetesDataDirectory = "/data";
/// Of the Secret plextuner-supervisor: lines of KEY=VALUE under this name.
inline constexpr const char* kKubernetesSecretFile = "/run/secrets/plex-tuner/provider.env";

/// One pod in the node's network that supervises all tuners of `fleet`, a Service for each of them,
/// their volume, and a ConfigMap of supervise.json, which is to hold fleet.json. Errors
/// (invalid_argument): options that Kubernetes would refuse.
[[nodiscard]] Result<std::vector<KubernetesFile>> kubernetes_manifests(
    const GeneratedFleet& fleet, const KubernetesOptions& options);

} // namespace plex_tuner::fleet
