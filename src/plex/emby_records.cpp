// SPDX-License-Identifier: GPL-3.0-or-later
#include "emby_records.hpp"

#include <nlohmann/json.hpp>

namespace plex_tuner::plex {

namespace {

using nlohmann::json;

Result<json> parse(std::string_view body) {
    json document = json::parse(body, nullptr, false);
    if (document.is_discarded()) {
        return fail(ErrorCode::parse, "the answer is no well-formed JSON");
    }
    return document;
}

const json* member(const json& object, const char* key) {
    if (!object.is_object()) {
        return nullptr;
    }
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}

std::string text(const json& object, const char* key) {
    const json* const value = member(object, key);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

bool flag(const json& object, const char* key) {
    const json* const value = member(object, key);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

/// Those of `list` that are objects; nothing where it is no list.
template <class Record>
std::vector<Record> records(const json* list, Record (*read)(const json&)) {
    std::vector<Record> all;
    if (list != nullptr && list->is_array()) {
        for (const json& one : *list) {
            if (one.is_object()) {
                all.push_back(read(one));
            }
        }
    }
    return all;
}

EmbyTuner tuner(const json& object) {
    return {.id = text(object, "Id"),
        .url = text(object, "Url"),
        .type = text(object, "Type"),
        .device_id = text(object, "DeviceId"),
        .friendly_name = text(object, "FriendlyName"),
        .record = object.dump()};
}

EmbyGuide guide(const json& object) {
    EmbyGuide read{.id = text(object, "Id"),
        .type = text(object, "Type"),
        .path = text(object, "Path"),
        .is_for_all_tuners = flag(object, "EnableAllTuners"),
        .tuners = {},
        .record = object.dump()};
    if (const json* const tuners = member(object, "EnabledTuners");
        tuners != nullptr && tuners->is_array()) {
        for (const json& one : *tuners) {
            if (one.is_string()) {
                read.tuners.push_back(one.get<std::string>());
            }
        }
    }
    return read;
}

EmbyChannel channel(const json& object) {
    std::string number = text(object, "ChannelNumber");
    const json* const programme = member(object, "CurrentProgram");
    return {.number = number.empty() ? text(object, "Number") : std::move(number),
        .name = text(object, "Name"),
        .has_programme = programme != nullptr && programme->is_object()};
}

/// "2026-11-29T04:12:00.1234567Z": the digits down to milliseconds, which grow with the time.
std::optional<std::int64_t> growing(std::string_view time) {
    constexpr int kDigits = 17;
    std::int64_t number = 0;
    int digits = 0;
    for (const char c : time) {
        if (c >= '0' && c <= '9' && digits < kDigits) {
            number = number * 10 + (c - '0');
            ++digits;
        }
    }
    for (; digits > 0 && digits < kDigits; ++digits) {
        number *= 10; // without a fraction
    }
    // The server writes the year 1 for never.
    constexpr std::int64_t kYear1000 = 10'000'000'000'000'000;
    return number < kYear1000 ? std::nullopt : std::optional(number);
}

EmbySession session(const json& object) {
    EmbySession read{.id = text(object, "Id"),
        .client = text(object, "Client"),
        .device = text(object, "DeviceName"),
        .device_id = text(object, "DeviceId"),
        .address = text(object, "RemoteEndPoint"),
        .last_report = growing(text(object, "LastPlaybackCheckIn"))};
    if (const json* const item = member(object, "NowPlayingItem");
        item != nullptr && text(*item, "Type") == "TvChannel") {
        const EmbyChannel played = channel(*item);
        read.channel_number = played.number;
        read.channel_name = played.name;
    }
    if (const json* const state = member(object, "PlayState")) {
        read.is_paused = flag(*state, "IsPaused");
        read.live_stream = text(*state, "LiveStreamId");
    }
    return read;
}

template <class Record>
Result<std::vector<Record>> read_list(std::string_view body, Record (*read)(const json&)) {
    const auto document = parse(body);
    if (!document) {
        return fail(document.error());
    }
    if (!document->is_array()) {
        return fail(ErrorCode::parse, "the answer is no list");
    }
    return records(&*document, read);
}

/// Names may be no UTF-8, which is no reason to fail.
std::string written(const json& object) {
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// The record that the server gave, or an empty one.
json known(const std::string& record) {
    json object = json::parse(record, nullptr, false);
    return object.is_object() ? object : json::object();
}

} // namespace

Result<EmbyLiveTv> read_emby_live_tv(std::string_view body) {
    const auto document = parse(body);
    if (!document) {
        return fail(document.error());
    }
    if (!document->is_object()) {
        return fail(ErrorCode::parse, "the answer is no configuration of Live TV");
    }
    return EmbyLiveTv{.tuners = records(member(*document, "TunerHosts"), &tuner),
        .guides = records(member(*document, "ListingProviders"), &guide)};
}

Result<std::vector<EmbyTuner>> read_emby_tuners(std::string_view body) {
    return read_list(body, &tuner);
}

Result<std::vector<EmbyGuide>> read_emby_guides(std::string_view body) {
    return read_list(body, &guide);
}

Result<EmbyGuideTask> read_emby_guide_task(std::string_view body) {
    const auto document = parse(body);
    if (!document) {
        return fail(document.error());
    }
    if (!document->is_array()) {
        return fail(ErrorCode::parse, "the answer is no list of tasks");
    }
    for (const json& one : *document) {
        if (text(one, "Key") != "RefreshGuide") {
            continue;
        }
        EmbyGuideTask task{.id = text(one, "Id"), .is_running = text(one, "State") != "Idle"};
        if (const json* const last = member(one, "LastExecutionResult")) {
            task.ended = text(*last, "EndTimeUtc");
            task.status = text(*last, "Status");
        }
        return task;
    }
    return fail(ErrorCode::not_found, "the server has no task that loads guides");
}

Result<std::vector<EmbyChannel>> read_emby_channels(std::string_view body) {
    const auto document = parse(body);
    if (!document) {
        return fail(document.error());
    }
    if (!document->is_object()) {
        return fail(ErrorCode::parse, "the answer is no list of channels");
    }
    return records(member(*document, "Items"), &channel);
}

Result<std::vector<EmbySession>> read_emby_sessions(std::string_view body) {
    auto all = read_list(body, &session);
    if (all) {
        std::erase_if(*all, [](const EmbySession& one) { return one.channel_number.empty(); });
    }
    return all;
}

std::string emby_json(const EmbyTuner& tuner) {
    json object = known(tuner.record);
    if (!tuner.id.empty()) {
        object["Id"] = tuner.id;
    }
    object["Type"] = tuner.type;
    object["Url"] = tuner.url;
    object["DeviceId"] = tuner.device_id;
    object["FriendlyName"] = tuner.friendly_name;
    return written(object);
}

std::string emby_json(const EmbyGuide& guide) {
    json object = known(guide.record);
    if (!guide.id.empty()) {
        object["Id"] = guide.id;
    }
    object["Type"] = guide.type;
    object["Path"] = guide.path;
    object["EnableAllTuners"] = guide.is_for_all_tuners;
    object["EnabledTuners"] = guide.tuners;
    return written(object);
}

} // namespace plex_tuner::plex
