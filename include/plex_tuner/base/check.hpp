// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace plex_tuner {

/// One thing a doctor looked at.
struct Check {
    enum class Verdict { ok, problem, skipped };

    std::string name;
    Verdict verdict = Verdict::ok;
    std::string finding;
    std::string remedy = {}; ///< of a problem: the command, or the line to add
};

} // namespace plex_tuner
