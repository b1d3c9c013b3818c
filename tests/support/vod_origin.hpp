// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "scripted_provider.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plex_tuner::testing {

/// How the next answers for a file go wrong.
struct VodFault {
    enum class Kind {
        none,
        status,      ///< `number` is the status
        cut,         ///< closes after `number` bytes of the body
        stall,       ///< sends `number` bytes of the body, and no more
        wrong_start, ///< a Content-Range that begins `number` bytes later, and its bytes
        html,        ///< 200 and a page
        silent,      ///< no answer
        redirect,    ///< to `<path>?token`, which serves it
    };

    Kind kind = Kind::none;
    std::uint64_t number = 0;
    int times = 1; ///< answers it concerns; -1: all
};

/// Films over HTTP with ranges, or without; counts what it is asked for. Thread-safe.
class VodOrigin {
public:
    struct File {
        std::shared_ptr<const std::string> bytes;
        std::string etag = "\"1\"";
        bool has_ranges = true;
        bool says_length = true;
        std::chrono::milliseconds latency{0};
        std::size_t bytes_per_second = 0; ///< of one connection; 0: as fast as it goes
        VodFault fault = {};
    };

    explicit VodOrigin(ScriptedProvider& provider) : provider_(provider) {}

    void put(const std::string& path, File file);

    /// Changes what is there.
    template <class Change>
    void change(const std::string& path, const Change& change) {
        const std::scoped_lock lock(state_->mutex);
        change(state_->files.at(path));
    }

    /// Requests for `path` so far, and body bytes sent for it.
    [[nodiscard]] std::size_t requests(const std::string& path) const {
        return provider_.count(path);
    }

    [[nodiscard]] std::uint64_t sent(const std::string& path) const;

    /// Bytes that look random and differ at every place, the same for the same seed.
    [[nodiscard]] static std::shared_ptr<const std::string> made(
        std::size_t size, std::uint64_t seed = 1);

private:
    /// Of the connections, too, which the provider ends when this is gone already.
    struct State {
        std::mutex mutex;
        std::map<std::string, File> files;
        std::map<std::string, std::uint64_t> sent;
    };

    static void serve(State& state, ProviderConnection& connection, const ProviderRequest& request,
        const std::string& path);
    static bool send(State& state, ProviderConnection& connection, const std::string& path,
        std::string_view bytes, std::size_t per_second);

    ScriptedProvider& provider_;
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

} // namespace plex_tuner::testing
