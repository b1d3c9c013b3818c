// SPDX-License-Identifier: GPL-3.0-or-later
#include "read_sessions.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <charconv>

namespace plex_tuner::plex {

namespace {

std::string text(const Element& element, std::string_view key) {
    return std::string(element.attribute(key));
}

const Element* first(const Element& element, std::string_view child) {
    const auto all = element.all(child);
    return all.empty() ? nullptr : all.front();
}

double number(std::string_view value) {
    double read = 0;
    std::from_chars(value.data(), value.data() + value.size(), read);
    return read;
}

std::string last_part(std::string_view key) {
    return std::string(key.substr(key.rfind('/') + 1)); // all of it where there is none
}

/// XML has Video elements, JSON a list called Metadata.
std::vector<const Element*> items(const Element& container) {
    auto found = container.all("Video");
    const auto metadata = container.all("Metadata");
    found.insert(found.end(), metadata.begin(), metadata.end());
    return found;
}

std::string channel_of(const Element& item) {
    for (const Element* media : item.all("Media")) {
        for (const char* key : {"channelVcn", "channelIdentifier"}) {
            if (!media->attribute(key).empty()) {
                return text(*media, key);
            }
        }
    }
    return text(item, "channelIdentifier");
}

PlaySession read_session(const Element& item) {
    PlaySession session{.key = text(item, "key"),
        .session_key = text(item, "sessionKey"),
        .title = text(item, "title"),
        .channel = channel_of(item),
        .view_offset = ascii::parse_integer<std::int64_t>(item.attribute("viewOffset"))};
    if (const Element* player = first(item, "Player")) {
        session.player = {.address = text(*player, "address"),
            .machine_id = text(*player, "machineIdentifier"),
            .product = text(*player, "product"),
            .platform = text(*player, "platform"),
            .device = text(*player, "device"),
            .title = text(*player, "title"),
            .state = ascii::lower(player->attribute("state"))};
        if (session.player.platform.empty()) {
            session.player.platform = text(*player, "platformTitle");
        }
    }
    if (const Element* row = first(item, "Session")) {
        session.session_id = text(*row, "id");
    }
    if (const Element* transcode = first(item, "TranscodeSession")) {
        session.transcode = Transcode{.id = last_part(transcode->attribute("key")),
            .time_stamp = text(*transcode, "timeStamp"),
            .max_offset = number(transcode->attribute("maxOffsetAvailable"))};
        if (session.transcode->id.empty()) {
            session.transcode.reset();
        }
    }
    return session;
}

GrabOperation read_grab(const Element& element) {
    GrabOperation grab{.id = text(element, "id"), .status = text(element, "status")};
    if (grab.id.empty()) {
        grab.id = last_part(element.attribute("key"));
    }
    for (const Element* item : items(element)) {
        grab.live_key = text(*item, "key");
        grab.title = text(*item, "title");
        grab.channel = channel_of(*item);
    }
    return grab;
}

} // namespace

std::vector<PlaySession> read_sessions(const Element& container) {
    std::vector<PlaySession> sessions;
    for (const Element* item : items(container)) {
        sessions.push_back(read_session(*item));
    }
    return sessions;
}

std::vector<GrabOperation> read_grabs(const Element& container) {
    std::vector<GrabOperation> grabs;
    for (const Element* element : container.all("MediaGrabOperation")) {
        grabs.push_back(read_grab(*element));
    }
    for (const Element* subscription : container.all("MediaSubscription")) {
        for (const Element* element : subscription->all("MediaGrabOperation")) {
            grabs.push_back(read_grab(*element));
        }
    }
    return grabs;
}

} // namespace plex_tuner::plex
