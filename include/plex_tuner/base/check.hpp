// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>

namespace plex_tuner {

/// One thing a doctor looked at.
struct Check {
    enum class Verdict { ok, problem, skipped };

    std::string name;
    Verdict verdict = Verdict::ok;
    std::string finding;
    std::string remedy = {}; ///< of a problem: the command, or the line to add
};

/// How checks say what they found.
namespace verdict {

[[nodiscard]] inline Check ok(std::string name, std::string finding) {
    return {std::move(name), Check::Verdict::ok, std::move(finding)};
}

[[nodiscard]] inline Check skipped(std::string name, std::string finding) {
    return {std::move(name), Check::Verdict::skipped, std::move(finding)};
}

[[nodiscard]] inline Check problem(std::string name, std::string finding, std::string remedy) {
    return {std::move(name), Check::Verdict::problem, std::move(finding), std::move(remedy)};
}

} // namespace verdict

} // namespace plex_tuner
