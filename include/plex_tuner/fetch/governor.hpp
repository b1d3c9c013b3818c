// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace plex_tuner::fetch {

/// How a request ended, as far as its provider's patience goes.
struct RequestOutcome {
    int status = 0; ///< 0: no answer
    std::optional<std::chrono::seconds> retry_after;
    bool cloudflare = false;    ///< the answer came from a Cloudflare front
    bool network_error = false; ///< no answer, or the body broke off
};

/// The right to one request, kept until its body is here. Destroyed without a report it is given
/// back without a verdict. On the executor that acquired it.
class RequestPermit {
public:
    virtual ~RequestPermit() = default;

    /// False: nobody keeps count at the moment; the caller is to be careful by himself.
    [[nodiscard]] virtual bool governed() const noexcept { return true; }

    /// Once.
    virtual void report(const RequestOutcome& outcome) = 0;
};

/// Decides when a provider may be asked: providers ban who asks too much. One implementation shares
/// its knowledge with the other processes of the machine.
class Governor {
public:
    virtual ~Governor() = default;

    /// Waits for its turn, at most `max_wait`. `unavailable`: the provider is to be left alone for
    /// longer than that, and the message says for how long and why; `cancelled`.
    [[nodiscard]] virtual asio::awaitable<Result<std::unique_ptr<RequestPermit>>> acquire(
        const Request& request, std::chrono::milliseconds max_wait) = 0;
};

/// What the head of an answer says to a governor.
[[nodiscard]] RequestOutcome outcome_of(const ResponseHead& head);

/// Tells `permit` how a whole request ended.
void report(RequestPermit& permit, const Result<Response>& response);

/// head() and the whole body of one request, at most `max_bytes` (decoded), with a permit of
/// `governor` and its verdict. As Client::get, and `unavailable` when there was no permit within
/// `max_wait`.
[[nodiscard]] asio::awaitable<Result<Response>> governed_get(Client& client, Governor& governor,
    Request request, std::size_t max_bytes, std::chrono::milliseconds max_wait);

} // namespace plex_tuner::fetch
