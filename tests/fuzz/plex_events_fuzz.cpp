// SPDX-License-Identifier: GPL-3.0-or-later
// The event stream of Plex: the same events in every chunking, and nothing that cannot be read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <plex/event_parser.hpp>
#include <plex/read_sessions.hpp>

namespace {

using plex_tuner::plex::EventParser;

std::vector<EventParser::Event> parsed(std::string_view text, std::size_t chunk) {
    EventParser parser;
    std::vector<EventParser::Event> all;
    for (std::size_t i = 0; i < text.size(); i += chunk) {
        for (EventParser::Event& event : parser.feed(text.substr(i, chunk))) {
            all.push_back(std::move(event));
        }
    }
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plex_tuner;
    if (size == 0) {
        return 0;
    }
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto whole = parsed(text, size);
    for (const std::size_t chunk : {1U, 2U, 7U}) {
        if (parsed(text, chunk) != whole) {
            std::abort();
        }
    }
    for (const EventParser::Event& event : whole) {
        (void)plex::read_event(event);
    }
    if (const auto container = plex::read_container(text)) {
        (void)plex::read_sessions(*container);
        (void)plex::read_grabs(*container);
    }
    return 0;
}
