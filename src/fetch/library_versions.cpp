// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/fetch/library_versions.hpp>

#include <curl/curl.h>
#include <lzma.h>
#include <zlib.h>

namespace plex_tuner::fetch {

std::vector<LibraryVersion> library_versions() {
    const curl_version_info_data* curl = curl_version_info(CURLVERSION_NOW);
    std::vector<LibraryVersion> versions = {{"libcurl", curl->version}};
    if (curl->ssl_version != nullptr) {
        versions.push_back({"TLS", curl->ssl_version});
    }
    versions.push_back({"zlib", zlibVersion()});
    versions.push_back({"liblzma", lzma_version_string()});
    return versions;
}

} // namespace plex_tuner::fetch
