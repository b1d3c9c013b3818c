// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "static_process.hpp"

#include <cstdio>
#include <cstring>
#include <exception>
#include <string_view>

#include <unistd.h>

namespace {

/// Everybody on the machine can read the arguments of a process, a token among them too.
void hide_tokens(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        std::string_view text = argv[i];
        if (text == "-token" || text == "--token") {
            if (i + 1 < argc) {
                std::memset(argv[i + 1], '*', std::strlen(argv[i + 1]));
            }
        } else if (text.starts_with("-token=") || text.starts_with("--token=")) {
            char* const value = argv[i] + text.find('=') + 1;
            std::memset(value, '*', std::strlen(value));
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    using namespace plex_tuner::cli;
    settle_static_process();
    try {
        Invocation invocation;
        if (argc > 1) {
            invocation.subcommand = argv[1];
            invocation.arguments.assign(argv + 2, argv + argc);
            hide_tokens(argc, argv);
        }
        for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
            const std::string_view text = *entry;
            const std::size_t equals = text.find('=');
            if (equals != std::string_view::npos) {
                invocation.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
            }
        }
        return static_cast<int>(dispatch(invocation));
    } catch (const std::exception& failure) {
        // Expected failures are values; what arrives here is a start-up condition nobody can
        // handle.
        std::fprintf(stderr, "plex-tuner: cannot start: %s\n", failure.what());
        return static_cast<int>(ExitCode::failure);
    }
}
