// SPDX-License-Identifier: GPL-3.0-or-later
#include "tuner.hpp"

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace plex_tuner::testing {

namespace {

// HTTP has no way to await a metric or readiness: these two are polled, with a deadline.
constexpr std::chrono::milliseconds kPoll{20};

template <class Condition>
bool poll_until(Condition condition, std::chrono::milliseconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::sleep_for(kPoll);
    }
    return true;
}

} // namespace

void Tuner::launch(const TunerOptions& options) {
    ChildOptions child;
    child.arguments = {
        options.binary.empty() ? PT_TUNER_BINARY : options.binary, options.subcommand};
    child.arguments.insert(child.arguments.end(), options.flags.begin(), options.flags.end());
    child.directory = directory_.path();
    // Ports are of the whole machine, and tests run beside each other: HTTP takes any free one,
    // and tests that want discovery and control make a network of their own.
    // A restart asks the provider again: what another process fetched is of no age here,
    // and what it is asked is counted, so streams are not looked at unless a test wants that.
    child.environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", directory_.path().string()},
        {"PLEX_TUNER_ADDR", "127.0.0.1:0"},
        {"PLEX_TUNER_SHARED_DIR", (directory_.path() / "shared").string()},
        {"PLEX_TUNER_SHARED_MAX_AGE", "0"}, {"PLEX_TUNER_FETCH_STREAM_SAMPLE_SIZE", "0"},
        {"PLEX_TUNER_HDHR_NETWORK_MODE", "0"}, {"PLEX_TUNER_SSDP_DISABLED", "1"}};
    for (const char* name :
        {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LLVM_SYMBOLIZER_PATH"}) {
        if (const char* value = std::getenv(name); value != nullptr) {
            child.environment[name] = value;
        }
    }
    for (const auto& [name, value] : options.settings) {
        child.environment["PLEX_TUNER_" + name] = value;
    }
    process_ = std::make_unique<ChildProcess>(child);
}

void Tuner::start(const TunerOptions& options) {
    launch(options);
    const auto line = process_->wait_for_line({" serving ", "port="}, std::chrono::seconds(60));
    if (!line) {
        throw std::runtime_error("plex-tuner did not start:\n" + process_->stderr_text());
    }
    port_ = static_cast<std::uint16_t>(std::atoi(line->substr(line->find("port=") + 5).c_str()));
}

int Tuner::stop(std::chrono::milliseconds timeout) {
    process_->signal(SIGTERM);
    return process_->wait(timeout).value_or(-1);
}

void Tuner::kill() {
    process_->signal(SIGKILL);
    (void)process_->wait();
}

bool Tuner::wait_until_ready(std::chrono::milliseconds timeout) {
    return poll_until([this] { return get("/readyz").status == 200; }, timeout);
}

std::string Tuner::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

double Tuner::metric(const std::string& name) const {
    const std::string text = "\n" + get("/metrics").body;
    const std::size_t found = text.find("\n" + name + " ");
    return found == std::string::npos ? -1 : std::atof(text.c_str() + found + name.size() + 2);
}

bool Tuner::wait_for_metric(
    const std::string& name, double value, std::chrono::milliseconds timeout) const {
    return poll_until([&] { return metric(name) == value; }, timeout);
}

} // namespace plex_tuner::testing
