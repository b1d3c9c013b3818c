// SPDX-License-Identifier: GPL-3.0-or-later
#include "second_demuxer.hpp"

#include "child_process.hpp"
#include "temporary_directory.hpp"

#include <fstream>
#include <sstream>

namespace plex_tuner::testing {

namespace {

/// As it says what is wrong: "### CC error * 1", "Bad (>.1s) gaps: 2", "DTS-last DTS: min=-3600t".
bool is_complaint(const std::string& line) {
    const auto gaps = line.find("Bad (>.1s) gaps: ");
    const bool has_gaps =
        gaps != std::string::npos && !line.substr(gaps).starts_with("Bad (>.1s) gaps: 0,");
    return line.contains("###") || line.contains("DTS-last DTS: min=-") || has_gaps;
}

} // namespace

std::string complaints_of_tsreport(std::string_view stream) {
    const TemporaryDirectory scratch;
    const std::string file = (scratch.path() / "stream.ts").string();
    std::ofstream(file, std::ios::binary) << stream;
    const CommandResult report = run_command({"tsreport", "-buffering", file});
    std::string complaints;
    std::istringstream lines(report.output + report.errors);
    for (std::string line; std::getline(lines, line);) {
        if (is_complaint(line)) {
            complaints += line + "\n";
        }
    }
    if (report.exit_code != 0 || !report.output.contains("Stream 0:")) {
        complaints += "no programme is found:\n" + report.output + report.errors;
    }
    return complaints;
}

} // namespace plex_tuner::testing
