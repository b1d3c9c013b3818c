// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/guide/library_versions.hpp>

#include <expat.h>

namespace plex_tuner::guide {

std::vector<LibraryVersion> library_versions() {
    const XML_Expat_Version version = XML_ExpatVersionInfo();
    return {{"expat", std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
                          std::to_string(version.micro)}};
}

} // namespace plex_tuner::guide
