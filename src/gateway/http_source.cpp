// SPDX-License-Identifier: GPL-3.0-or-later
#include "http_source.hpp"

#include "body_kind.hpp"
#include "hls_source.hpp"
#include "upstream_status.hpp"

#include <plex_tuner/fetch/governor.hpp>

#include <string>
#include <utility>

namespace plex_tuner::gateway {
namespace {

/// The body's beginning, and what it shows.
struct Beginning {
    std::string bytes;
    BodyKind kind = BodyKind::undecided;
    bool complete = false;
};

[[nodiscard]] asio::awaitable<Result<Beginning>> read_beginning(Attempt::Transfer& transfer) {
    Beginning result;
    while (result.kind == BodyKind::undecided) {
        auto part = co_await transfer.read();
        if (!part) {
            co_return fail(std::move(part).error());
        }
        result.complete = part->empty();
        result.bytes.append(*part);
        result.kind = classify(result.bytes, result.complete);
    }
    co_return result;
}

/// Reads to the end of the body, at most `limit` bytes.
[[nodiscard]] asio::awaitable<Result<void>> read_rest(
    Attempt::Transfer& transfer, std::string& text, std::size_t limit) {
    for (;;) {
        auto part = co_await transfer.read();
        if (!part) {
            co_return fail(std::move(part).error());
        }
        if (part->empty()) {
            co_return Result<void>{};
        }
        if (text.size() + part->size() > limit) {
            co_return fail(ErrorCode::too_large, "the playlist is too large");
        }
        text.append(*part);
    }
}

[[nodiscard]] asio::awaitable<Result<void>> relay(
    Attempt::Transfer& transfer, MediaSink& sink, std::string first) {
    std::string bytes = std::move(first);
    bool gathering = false;
    for (;;) {
        sink.feed(std::move(bytes));
        if (!sink.plausible()) {
            co_return fail(refusal(BodyKind::unknown));
        }
        if (!gathering && sink.may_gather()) {
            gathering = true;
            transfer.gather();
        }
        if (auto room = co_await sink.wait_for_room(); !room) {
            co_return room;
        }
        auto part = co_await transfer.read();
        if (!part) {
            co_return fail(std::move(part).error());
        }
        if (part->empty()) {
            co_return fail(ErrorCode::network, std::string(kStreamEnded));
        }
        bytes = std::move(*part);
    }
}

} // namespace

asio::awaitable<Result<void>> play_http_source(Attempt& attempt, MediaSink& sink,
    const RequestFactory& requests, Url source, SourceMemory& memory,
    const media::WorkerOptions& remuxing, log::Logger log,
    std::function<void(const SourceOpened&)> opened) {
    Beginning beginning;
    std::optional<Url> effective;
    {
        Attempt::Transfer transfer(attempt, requests.media(source));
        auto head = co_await transfer.head();
        if (!head) {
            co_return fail(std::move(head).error());
        }
        if (!is_success_status(head->status)) {
            attempt.told_to_wait(fetch::outcome_of(*head).retry_after);
            co_return fail(upstream_status_error(head->status));
        }
        auto begun = co_await read_beginning(transfer);
        if (!begun) {
            co_return fail(std::move(begun).error());
        }
        beginning = std::move(*begun);
        if (beginning.kind == BodyKind::transport_stream) {
            opened({head->status, "ts"});
            auto relayed = co_await relay(transfer, sink, std::move(beginning.bytes));
            sink.abandon_piece(); // it has no end, so it broke off somewhere
            co_return relayed;
        }
        if (beginning.kind != BodyKind::hls_playlist) {
            co_return fail(refusal(beginning.kind));
        }
        if (!beginning.complete) {
            auto rest = co_await read_rest(transfer, beginning.bytes, hls::kMaxPlaylistBytes);
            if (!rest) {
                co_return rest;
            }
        }
        opened({head->status, "hls"});
        effective = head->effective_url;
    }
    HlsSource hls(attempt, sink, requests, std::move(source), memory, remuxing, std::move(log));
    co_return co_await hls.play(std::move(beginning.bytes), std::move(*effective));
}

} // namespace plex_tuner::gateway
