// SPDX-License-Identifier: GPL-3.0-or-later
#include "event_parser.hpp"

#include <plex_tuner/plex/event_stream.hpp>

#include <deque>

namespace plex_tuner::plex {

struct EventStream::Impl {
    std::unique_ptr<fetch::Transfer> transfer;
    EventParser parser = {};
    std::deque<ServerEvent> waiting = {};
};

EventStream::EventStream(std::unique_ptr<fetch::Transfer> transfer)
    : impl_(std::make_unique<Impl>(std::move(transfer))) {}

EventStream::EventStream(EventStream&&) noexcept = default;
EventStream& EventStream::operator=(EventStream&&) noexcept = default;
EventStream::~EventStream() = default;

asio::awaitable<Result<ServerEvent>> EventStream::next() {
    while (impl_->waiting.empty()) {
        const auto bytes = co_await impl_->transfer->read();
        if (!bytes) {
            co_return fail(bytes.error().with_context("events of Plex"));
        }
        if (bytes->empty()) {
            co_return fail(ErrorCode::unavailable, "the server ended the connection for events");
        }
        for (const EventParser::Event& event : impl_->parser.feed(*bytes)) {
            impl_->waiting.push_back(read_event(event));
        }
    }
    ServerEvent event = std::move(impl_->waiting.front());
    impl_->waiting.pop_front();
    co_return event;
}

} // namespace plex_tuner::plex
