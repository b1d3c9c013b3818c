// SPDX-License-Identifier: GPL-3.0-or-later
#include "version.hpp"

#include "plex_tuner_version.hpp"

#include <plex_tuner/fetch/library_versions.hpp>
#include <plex_tuner/guide/library_versions.hpp>
#include <plex_tuner/log/library_versions.hpp>
#include <plex_tuner/media/library_versions.hpp>

#include <boost/version.hpp>

namespace plex_tuner::cli {

std::string version_number() {
    return PT_VERSION_TEXT;
}

std::string version_text() {
    std::string text =
        "plex-tuner " PT_VERSION_TEXT "\ncommit     " PT_COMMIT_TEXT
        "\ncompiler   " PT_COMPILER_TEXT ", " PT_BUILD_TYPE_TEXT "\nlibraries  Boost ";
    text += std::to_string(BOOST_VERSION / 100000) + "." +
            std::to_string(BOOST_VERSION / 100 % 1000) + "." + std::to_string(BOOST_VERSION % 100);
    for (const auto& versions : {fetch::library_versions(), guide::library_versions(),
             log::library_versions(), media::library_versions()}) {
        for (const LibraryVersion& library : versions) {
            text += ", " + library.name + " " + library.version;
        }
    }
    return text + "\nlicence    GPL-3.0-or-later\n";
}

} // namespace plex_tuner::cli
