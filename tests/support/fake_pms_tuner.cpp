// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_pms_tuner.hpp"

#include "http_client.hpp"

#include <cstdlib>

#include <nlohmann/json.hpp>

namespace plex_tuner::testing {

namespace {

using nlohmann::json;

std::optional<std::string> fetch(const std::string& url) {
    const std::string local = "http://127.0.0.1:";
    if (!url.starts_with(local)) {
        return std::nullopt;
    }
    const std::size_t slash = url.find('/', local.size());
    const int port = std::atoi(url.c_str() + local.size());
    if (slash == std::string::npos || port == 0) {
        return std::nullopt;
    }
    try {
        HttpReply reply = http_get(static_cast<std::uint16_t>(port), url.substr(slash));
        return reply.status == 200 ? std::optional(std::move(reply.body)) : std::nullopt;
    } catch (const std::exception&) {
        return std::nullopt; // nobody listens there
    }
}

std::string unescaped(std::string text) {
    const std::pair<std::string, std::string> names[] = {
        {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}};
    for (const auto& [from, to] : names) {
        for (std::size_t at = text.find(from); at != std::string::npos;
            at = text.find(from, at + to.size())) {
            text.replace(at, from.size(), to);
        }
    }
    return text;
}

} // namespace

std::optional<PmsTunerDevice> fetch_device(const std::string& base_url) {
    const auto body = fetch(base_url + "/discover.json");
    const json document = body ? json::parse(*body, nullptr, false) : json();
    if (!document.is_object() || !document.contains("DeviceID")) {
        return std::nullopt;
    }
    return PmsTunerDevice{.device_id = document.value("DeviceID", ""),
        .title = document.value("FriendlyName", ""),
        .model = document.value("ModelNumber", ""),
        .tuners = document.value("TunerCount", 0)};
}

std::optional<std::vector<PmsTunerChannel>> fetch_lineup(const std::string& base_url) {
    const auto body = fetch(base_url + "/lineup.json");
    const json document = body ? json::parse(*body, nullptr, false) : json();
    if (!document.is_array()) {
        return std::nullopt;
    }
    std::vector<PmsTunerChannel> channels;
    for (const json& channel : document) {
        channels.push_back({channel.value("GuideNumber", ""), channel.value("GuideName", "")});
    }
    return channels;
}

std::vector<PmsGuideChannel> fetch_guide(const std::string& guide_url) {
    std::vector<PmsGuideChannel> channels;
    const auto body = fetch(guide_url);
    if (!body || body->find("<programme") == std::string::npos) {
        return channels;
    }
    const std::string begin = "<channel id=\"";
    for (std::size_t at = body->find(begin); at != std::string::npos;
        at = body->find(begin, at + 1)) {
        const std::size_t id = at + begin.size();
        PmsGuideChannel channel{
            .id = unescaped(body->substr(id, body->find('"', id) - id)), .names = {}};
        const std::size_t end = body->find("</channel>", at);
        for (std::size_t name = body->find("<display-name", at); name < end;
            name = body->find("<display-name", name + 1)) {
            const std::size_t text = body->find('>', name) + 1;
            channel.names.push_back(unescaped(body->substr(text, body->find('<', text) - text)));
        }
        channels.push_back(std::move(channel));
    }
    return channels;
}

} // namespace plex_tuner::testing
