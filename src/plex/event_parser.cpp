// SPDX-License-Identifier: GPL-3.0-or-later
#include "event_parser.hpp"

#include "document.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <utility>

namespace plex_tuner::plex {

namespace {

constexpr std::string_view kNotice = "PlaySessionStateNotification";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

} // namespace

std::vector<EventParser::Event> EventParser::feed(std::string_view bytes) {
    std::vector<Event> events;
    for (const char c : bytes) {
        if (c == '\n' && std::exchange(after_return_, false)) {
            continue;
        }
        after_return_ = c == '\r';
        if (c == '\n' || c == '\r') {
            take_line(events);
        } else if (line_.size() + data_.size() < kMaxBytes) {
            line_ += c;
        } else {
            is_too_large_ = true;
        }
    }
    return events;
}

void EventParser::take_line(std::vector<Event>& events) {
    std::string_view line = line_;
    if (std::exchange(is_first_line_, false) && line.starts_with(kByteOrderMark)) {
        line.remove_prefix(kByteOrderMark.size());
    }
    if (line.empty()) {
        if (has_data_ && !is_too_large_) {
            events.push_back(
                {.name = name_.empty() ? "message" : std::move(name_), .data = std::move(data_)});
        }
        name_.clear();
        data_.clear();
        has_data_ = false;
        is_too_large_ = false;
        line_.clear();
        return;
    }
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == line.size() ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' ')) {
        value.remove_prefix(1);
    }
    if (field == "event") {
        name_ = value;
    } else if (field == "data") {
        data_.append(has_data_ ? "\n" : "").append(value);
        has_data_ = true;
    }
    line_.clear();
}

ServerEvent read_event(const EventParser::Event& event) {
    ServerEvent read{.name = event.name};
    // Below a name of our own an object and a list are read the same way.
    const auto document = read_json("{\"event\":" + event.data + "}");
    if (!document) {
        return read;
    }
    auto notices = document->all(kNotice);
    for (const Element* container : document->all("NotificationContainer")) {
        const auto listed = container->all(kNotice);
        notices.insert(notices.end(), listed.begin(), listed.end());
    }
    const Element* const notice = notices.empty() ? nullptr : notices.front();
    if (notice == nullptr) {
        return read;
    }
    read.name = "playing";
    read.notice = PlayNotice{.session_key = std::string(notice->attribute("sessionKey")),
        .state = std::string(notice->attribute("state")),
        .transcode_id = std::string(notice->attribute("transcodeSession")),
        .view_offset = ascii::parse_integer<std::int64_t>(notice->attribute("viewOffset"))};
    return read;
}

} // namespace plex_tuner::plex
