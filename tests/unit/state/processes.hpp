// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/child_process.hpp"

#include <csignal>
#include <memory>
#include <string>
#include <vector>

namespace plex_tuner::testing {

/// Another process of the machine; see helper.cpp.
[[nodiscard]] inline std::unique_ptr<ChildProcess> start_helper(
    std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), PT_STATE_TEST_HELPER);
    return std::make_unique<ChildProcess>(
        ChildOptions{.arguments = std::move(arguments), .environment = {}, .directory = {}});
}

/// The same, once it has said `line`.
[[nodiscard]] inline std::unique_ptr<ChildProcess> start_helper_until(
    const std::string& line, std::vector<std::string> arguments) {
    auto child = start_helper(std::move(arguments));
    if (!child->wait_for_line({line})) {
        throw std::runtime_error("helper said: " + child->stderr_text());
    }
    return child;
}

/// As kill -9 does it; returns once the process is gone.
inline void kill_hard(ChildProcess& child) {
    child.signal(SIGKILL);
    if (!child.wait()) {
        throw std::runtime_error("a killed process stays");
    }
}

} // namespace plex_tuner::testing
