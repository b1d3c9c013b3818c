// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/plex/sessions.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::plex {

/// Server-sent events (WHATWG HTML, "Server-sent events"), in any chunking: all three line ends,
/// comments, data in several lines. Events beyond kMaxBytes are left out.
class EventParser {
public:
    static constexpr std::size_t kMaxBytes = std::size_t{1} << 20;

    struct Event {
        std::string name; ///< "message" where none is said
        std::string data;
        friend bool operator==(const Event&, const Event&) = default;
    };

    /// The events that `bytes` complete.
    [[nodiscard]] std::vector<Event> feed(std::string_view bytes);

private:
    void take_line(std::vector<Event>& events);

    std::string line_;
    std::string name_;
    std::string data_;
    bool has_data_ = false;
    bool is_too_large_ = false;
    bool is_first_line_ = true;
    bool after_return_ = false; ///< a line feed that follows belongs to it
};

/// What an event says, as one object or as the list of a container; nothing of it is not an error.
[[nodiscard]] ServerEvent read_event(const EventParser::Event& event);

} // namespace plex_tuner::plex
