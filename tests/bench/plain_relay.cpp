// SPDX-License-Identifier: GPL-3.0-or-later
#include "plain_relay.hpp"

#include "loopback_port.hpp"

#include <stdexcept>

#include <unistd.h>

namespace plex_tuner::bench {
namespace {

constexpr const char* kGo = "/usr/lib/go-1.19/bin/go";

std::string build(const std::string& directory) {
    if (::access(kGo, X_OK) != 0) {
        throw std::runtime_error("no Go here (scripts/install-deps bench)");
    }
    std::string program = directory + "/plain_relay";
    testing::ChildProcess compiler(testing::ChildOptions{
        .arguments = {kGo, "build", "-o", program, PT_BENCH_SOURCE_DIR "/plain_relay.go"},
        .environment = {{"GOCACHE", directory + "/cache"}, {"GO111MODULE", "off"},
            {"HOME", directory}, {"PATH", "/usr/bin:/bin"}},
        .directory = directory});
    if (compiler.wait(std::chrono::minutes(2)) != 0) {
        throw std::runtime_error("plain_relay.go is not compiled: " + compiler.stderr_text());
    }
    return program;
}

} // namespace

PlainRelay::PlainRelay(const std::string& origin, std::size_t first) : port_(unused_port()) {
    const std::string directory = directory_.path().string();
    process_ = std::make_unique<testing::ChildProcess>(
        testing::ChildOptions{.arguments = {build(directory), "127.0.0.1:" + std::to_string(port_),
                                  origin, std::to_string(first)},
            .environment = {},
            .directory = directory});
    wait_until_accepting(port_, *process_);
}

} // namespace plex_tuner::bench
