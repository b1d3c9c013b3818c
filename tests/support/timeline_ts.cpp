// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline_ts.hpp"

#include <optional>
#include <type_traits>

namespace plex_tuner::testing {
namespace {

constexpr std::chrono::milliseconds kTurnStep{20}; // how soon a stop is noticed
constexpr std::size_t kPiece = 188 * 64;

/// Statements about the media itself.
template <class T>
concept ChangesMedia = requires(TimelineMedia& media, const T& step) { media.apply(step); };

} // namespace

struct TimelineTs::Exchange {
    ProviderConnection& connection;
    const ProviderRequest& request;
    bool head_sent = false;
};

void TimelineTs::serve(ProviderConnection& connection, const ProviderRequest& request) {
    std::unique_lock turn(turn_, std::defer_lock);
    while (!turn.try_lock_for(kTurnStep)) {
        if (connection.stopping()) {
            return;
        }
    }
    // A client that left while it waited has no part in the script.
    if (!connection.wait(std::chrono::milliseconds(1))) {
        return;
    }
    Exchange exchange{connection, request};
    while (run_step(exchange)) {
    }
}

/// False when the exchange is over.
bool TimelineTs::run_step(Exchange& exchange) {
    const Step& next = cursor_.step();
    return std::visit(
        [&]<class T>(const T& step) {
            if constexpr (std::is_same_v<T, step::Serve>) {
                const bool served = run(exchange, step);
                cursor_.advance();
                return served;
            } else if constexpr (std::is_same_v<T, step::Answer>) {
                return run(exchange, step);
            } else if constexpr (std::is_same_v<T, step::Stall>) {
                const bool stayed = stall(exchange.connection, step);
                cursor_.advance();
                return stayed;
            } else if constexpr (std::is_same_v<T, step::End>) {
                const bool goes_on = run(exchange, step);
                cursor_.advance();
                return goes_on;
            } else if constexpr (std::is_same_v<T, step::EndList>) {
                return false;
            } else if constexpr (std::is_same_v<T, step::Loop>) {
                cursor_.rewind();
                return true;
            } else {
                bool goes_on = true;
                if constexpr (std::is_same_v<T, step::Head>) {
                    goes_on = begin_media(exchange);
                } else if constexpr (std::is_same_v<T, step::Pace>) {
                    pace_ = step;
                } else if constexpr (ChangesMedia<T>) {
                    media_.apply(step);
                }
                cursor_.advance();
                return goes_on;
            }
        },
        next);
}

bool TimelineTs::begin_media(Exchange& exchange) {
    if (exchange.head_sent) {
        return true;
    }
    exchange.head_sent = true;
    return send_stream_head(exchange.connection);
}

bool TimelineTs::run(Exchange& exchange, const step::Answer& answer) {
    if (!exchange.head_sent) {
        send_answer(exchange.connection, exchange.request, answer);
        cursor_.use(answer.times);
    }
    return false;
}

bool TimelineTs::run(Exchange& exchange, const step::End& end) {
    if (end.kind == step::End::Kind::reset) {
        exchange.connection.reset();
    } else if (end.kind == step::End::Kind::cut && begin_media(exchange)) {
        std::string packet;
        while (packet.empty()) {
            media_.append_packet(packet);
        }
        exchange.connection.send(packet.substr(0, packet.size() / 2));
    }
    return false;
}

bool TimelineTs::run(Exchange& exchange, const step::Serve& serve) {
    if (!begin_media(exchange)) {
        return false;
    }
    const Pacer pacer(pace_, media_.time());
    std::optional<std::int64_t> end;
    if (serve.time) {
        end = media_.begin_stretch(*serve.time);
    }
    std::size_t packets = 0;
    std::size_t sent = 0;
    std::string piece;
    const auto flush = [&] {
        if (piece.empty()) {
            return true;
        }
        if (!exchange.connection.send(piece)) {
            return false;
        }
        sent += piece.size();
        if (sent_) {
            sent_(exchange.request, piece);
        }
        piece.clear();
        return true;
    };
    while ((!end || media_.time() < *end) && (!serve.packets || packets < *serve.packets)) {
        const auto due = pacer.due(media_.time(), sent + piece.size());
        if (piece.size() >= kPiece || due > std::chrono::steady_clock::now()) {
            if (!flush() || !wait_until(exchange.connection, due)) {
                return false;
            }
        }
        media_.append_packet(piece);
        ++packets;
    }
    return flush();
}

} // namespace plex_tuner::testing
