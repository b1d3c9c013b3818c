// SPDX-License-Identifier: GPL-3.0-or-later
#include "xmltv_validator.hpp"

#include "child_process.hpp"
#include "temporary_directory.hpp"

#include <fstream>

namespace plex_tuner::testing {

namespace {

constexpr const char* kDtd = "/usr/share/xmltv/xmltv.dtd";

} // namespace

std::string xmltv_complaints(const std::string& document) {
    const TemporaryDirectory scratch;
    const std::string file = (scratch.path() / "guide.xml").string();
    std::ofstream(file, std::ios::binary) << document;
    const CommandResult validator = run_command({"tv_validate_file", "--dtd-file", kDtd, file});
    if (validator.exit_code != 0) {
        return "tv_validate_file: " + validator.output + validator.errors;
    }
    const CommandResult dtd =
        run_command({"xmllint", "--noout", "--nonet", "--dtdvalid", kDtd, file});
    return dtd.exit_code == 0 ? std::string() : "xmllint: " + dtd.errors;
}

} // namespace plex_tuner::testing
