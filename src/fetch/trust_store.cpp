// SPDX-License-Identifier: GPL-3.0-or-later
#include "trust_store.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

namespace plex_tuner::fetch {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 5> kBundles{
    "etc/ssl/certs/ca-certificates.crt",                // Debian, Alpine, Arch
    "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // Fedora, RHEL and their kin
    "etc/ssl/ca-bundle.pem",                            // openSUSE
    "etc/ssl/cert.pem",                                 // Alpine without ca-certificates, BSDs
    "etc/pki/tls/certs/ca-bundle.crt",                  // older Fedora
};
constexpr std::array<std::string_view, 2> kDirectories{"etc/ssl/certs", "etc/pki/tls/certs"};

/// "5ed36f99.0": how OpenSSL finds a certificate in a directory.
bool is_hashed(const fs::path& file) {
    const std::string name = file.filename().string();
    return name.size() == 10 && name.ends_with(".0");
}

bool has_certificates(const fs::path& directory) {
    std::error_code error;
    const fs::directory_iterator files(directory, error);
    return !error && std::any_of(begin(files), end(files),
                         [](const fs::directory_entry& entry) { return is_hashed(entry.path()); });
}

} // namespace

std::string find_trust_store(const fs::path& root) {
    std::error_code error;
    for (const std::string_view bundle : kBundles) {
        if (fs::file_size(root / bundle, error) > 0 && !error) {
            return root / bundle;
        }
    }
    for (const std::string_view directory : kDirectories) {
        if (has_certificates(root / directory)) {
            return root / directory;
        }
    }
    return root / kBundles.front();
}

} // namespace plex_tuner::fetch
