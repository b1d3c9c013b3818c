// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_pms.hpp"

#include <algorithm>
#include <utility>

namespace plex_tuner::testing {

namespace {

constexpr std::string_view kDevices = "/media/grabbers/devices";
constexpr std::string_view kGrabberDevices = "/media/grabbers/tv.plex.grabbers.hdhomerun/devices";
constexpr std::string_view kDvrs = "/livetv/dvrs";
constexpr std::string_view kLibraries = "/library/sections";
constexpr std::string_view kXmltv = "lineup://tv.plex.providers.epg.xmltv/";

/// As actions answer.
PmsNode verdict(int status, std::string message) {
    PmsNode node = pms_container(0);
    node.number("status", status);
    node.set("message", std::move(message));
    return node;
}

std::string page(int status) {
    return "<html><head><title>Error</title></head><body><h1>" + std::to_string(status) +
           "</h1><br></body></html>";
}

std::string without_slash(std::string text) {
    while (text.ends_with('/')) {
        text.pop_back();
    }
    return text;
}

/// The address in a lineup id, which managers write plain or encoded.
std::string guide_address(const std::string& lineup) {
    const std::string rest = pms_decoded(lineup.substr(kXmltv.size()));
    return rest.substr(0, rest.find('#'));
}

std::string title_of(const std::string& lineup) {
    const std::size_t mark = lineup.rfind('#');
    return mark == std::string::npos ? "" : lineup.substr(mark + 1);
}

} // namespace

FakePms::FakePms(Script script) : script_(std::move(script)) {
    const Behaviour all = [this](ProviderConnection& connection, const ProviderRequest& request) {
        serve(connection, request);
    };
    for (const char* path : {"/identity", "/activities", "/livetv/", "/media/", "/library/",
             "/status/", "/video/", "/:/"}) {
        server_.on(script_.path_prefix + path, all);
    }
}

std::string FakePms::Request::value(std::string_view key) const {
    std::string last;
    for (const auto& [own, text] : query) {
        if (own == key) {
            last = text;
        }
    }
    return last;
}

void FakePms::change(const std::function<void(Script&)>& edit) {
    const std::scoped_lock lock(mutex_);
    edit(script_);
}

void FakePms::answer_next(std::vector<int> statuses) {
    const std::scoped_lock lock(mutex_);
    next_statuses_ = std::move(statuses);
}

void FakePms::restart_at(Restart restart) {
    const std::scoped_lock lock(mutex_);
    restart_ = std::move(restart);
}

int FakePms::add_device(const std::string& device_id, const std::string& uri,
    const std::string& make, const std::string& title) {
    const std::scoped_lock lock(mutex_);
    devices_.push_back(
        {.key = next_key_++, .device_id = device_id, .uri = uri, .make = make, .title = title});
    return devices_.back().key;
}

int FakePms::add_dvr(int device, const std::string& lineup) {
    const std::scoped_lock lock(mutex_);
    dvrs_.push_back({.key = next_key_++, .devices = {device}, .lineups = {lineup}});
    return dvrs_.back().key;
}

void FakePms::remove_dvr(int key) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(dvrs_, [&](const PmsDvr& dvr) { return dvr.key == key; });
}

void FakePms::move_device(const std::string& device_id, const std::string& uri) {
    const std::scoped_lock lock(mutex_);
    for (PmsDevice& device : devices_) {
        if (device.device_id == device_id) {
            device.uri = uri;
        }
    }
}

void FakePms::set_alive(const std::string& device_id, bool alive) {
    const std::scoped_lock lock(mutex_);
    for (PmsDevice& device : devices_) {
        device.alive = device.device_id == device_id ? alive : device.alive;
    }
}

void FakePms::forget_map(const std::string& device_id) {
    const std::scoped_lock lock(mutex_);
    for (PmsDevice& device : devices_) {
        if (device.device_id == device_id) {
            device.map.clear();
        }
    }
}

void FakePms::forget_guides() {
    const std::scoped_lock lock(mutex_);
    for (PmsDvr& dvr : dvrs_) {
        dvr.guide.clear();
    }
}

std::vector<PmsDevice> FakePms::devices() const {
    const std::scoped_lock lock(mutex_);
    return devices_;
}

std::vector<PmsDvr> FakePms::dvrs() const {
    const std::scoped_lock lock(mutex_);
    return dvrs_;
}

std::optional<PmsDevice> FakePms::device(const std::string& device_id) const {
    const std::scoped_lock lock(mutex_);
    const auto found = std::ranges::find(devices_, device_id, &PmsDevice::device_id);
    return found == devices_.end() ? std::nullopt : std::optional(*found);
}

std::optional<PmsDvr> FakePms::dvr_of(const std::string& device_id) const {
    const auto device = this->device(device_id);
    const std::scoped_lock lock(mutex_);
    for (const PmsDvr& dvr : dvrs_) {
        if (device && std::ranges::find(dvr.devices, device->key) != dvr.devices.end()) {
            return dvr;
        }
    }
    return std::nullopt;
}

std::vector<std::string> FakePms::requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
}

std::vector<std::string> FakePms::changes() const {
    std::vector<std::string> all = requests();
    std::erase_if(all, [](const std::string& request) { return request.starts_with("GET "); });
    return all;
}

void FakePms::forget_requests() {
    const std::scoped_lock lock(mutex_);
    requests_.clear();
}

int FakePms::tokens_in_addresses() const {
    const std::scoped_lock lock(mutex_);
    return tokens_in_addresses_;
}

void FakePms::serve(ProviderConnection& connection, const ProviderRequest& request) {
    if (!answer(connection, request)) {
        sessions_.stream(connection, request);
    }
}

bool FakePms::answer(ProviderConnection& connection, const ProviderRequest& request) {
    const std::scoped_lock lock(mutex_);
    const std::string target = request.target.substr(script_.path_prefix.size());
    const std::string what = request.method + " " + target;
    requests_.push_back(what);
    if (target.contains(script_.token)) {
        ++tokens_in_addresses_;
    }
    if (const auto status = next_status(what, false)) {
        if (*status == 0) {
            connection.reset();
        } else {
            send(connection, request, {.status = *status});
        }
        return true;
    }
    const Request read{.method = request.method,
        .path = pms_decoded(target.substr(0, target.find('?'))),
        .query = pms_query(target)};
    Answer answer;
    if (read.path != "/identity" && request.header("x-plex-token") != script_.token) {
        answer.status = 401;
    } else if (request.method == "POST" && request.header("x-plex-client-identifier").empty()) {
        answer.status = 400;
    } else if (FakePmsSessions::is_event_path(read.path)) {
        return false;
    } else {
        answer = act(read);
    }
    if (next_status(what, true)) {
        connection.reset(); // done, but nobody learns of it
    } else {
        send(connection, request, std::move(answer));
    }
    return true;
}

/// What a server that is down or starting says instead of acting; 0: nothing at all.
std::optional<int> FakePms::next_status(const std::string& what, bool after) {
    if (!after && !next_statuses_.empty()) {
        const int status = next_statuses_.front();
        next_statuses_.erase(next_statuses_.begin());
        return status;
    }
    if (restart_ && restart_->done == after && what.starts_with(restart_->request)) {
        next_statuses_ = restart_->answers;
        restart_.reset();
        for (PmsDvr& dvr : dvrs_) { // what it was doing is lost
            dvr.activity.clear();
        }
        return 0;
    }
    return std::nullopt;
}

FakePms::Answer FakePms::act(const Request& request) {
    if (request.path == "/identity") {
        PmsNode node = pms_container(0);
        node.truth("claimed", true);
        node.set("machineIdentifier", "aaaabbbbccccddddeeeeffff0000111122223333");
        node.set("version", "1.43.0.1000-abcdef012");
        return {.container = std::move(node)};
    }
    if (request.path == "/activities") {
        return list_activities();
    }
    if (request.path == "/livetv/epg/channelmap") {
        return channel_map(request);
    }
    if (const auto rest = pms_below(request.path, kGrabberDevices)) {
        if (request.method == "POST" && rest->empty() && !script_.has_grabber_path) {
            return {.status = 404};
        }
        return act_on_devices(request, *rest);
    }
    if (const auto rest = pms_below(request.path, kDevices)) {
        if (request.method == "POST" && rest->empty() && !script_.has_devices_path) {
            return {.status = 404};
        }
        return act_on_devices(request, *rest);
    }
    if (const auto rest = pms_below(request.path, kDvrs)) {
        return act_on_dvrs(request, *rest);
    }
    if (const auto rest = pms_below(request.path, kLibraries)) {
        return act_on_libraries(request, *rest);
    }
    if (auto of_sessions = sessions_.act(request.method, request.path, request.query)) {
        return {.status = of_sessions->status, .container = std::move(of_sessions->container)};
    }
    return {.status = 404};
}

FakePms::Answer FakePms::act_on_devices(const Request& request, std::string_view rest) {
    if (rest.empty()) {
        return request.method == "POST" ? take_device(request.value("uri")) : list_devices();
    }
    if (rest == "discover") {
        if (script_.discover_takes_uri && request.method == "POST") {
            return take_device(request.value("uri"));
        }
        return list_devices(); // looks around in the network, where our tuner is not
    }
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    PmsDevice* const device = find_device(rest.substr(0, slash));
    if (device == nullptr) {
        return {.status = 404};
    }
    rest.remove_prefix(slash);
    if (rest == "/channelmap" && request.method == "PUT") {
        return set_map(*device, request);
    }
    if (!rest.empty()) {
        return {.status = 404};
    }
    if (request.method == "DELETE") {
        std::erase_if(
            devices_, [key = device->key](const PmsDevice& one) { return one.key == key; });
        return {.container = verdict(0, "")};
    }
    if (request.method == "PUT") {
        if (!script_.changes_uris) {
            return {.status = 404};
        }
        device->uri = request.value("uri");
        return {.container = verdict(0, "")};
    }
    PmsNode node = pms_container(1);
    node.children.push_back(node_of(*device));
    return {.container = std::move(node)};
}

FakePms::Answer FakePms::take_device(const std::string& uri) {
    const std::string base = without_slash(uri);
    const auto found = fetch_device(base);
    const auto channels = fetch_lineup(base);
    if (!found || !channels) {
        return {.container = pms_container(0)}; // success, and nothing came of it
    }
    for (PmsDevice& device : devices_) {
        if (device.device_id == found->device_id) { // the same one, at a new address
            device.uri = base;
            device.channels = *channels;
            PmsNode node = pms_container(1);
            node.children.push_back(node_of(device));
            return {.container = std::move(node)};
        }
    }
    devices_.push_back({.key = next_key_++,
        .device_id = found->device_id,
        .uri = base,
        .title = found->title,
        .tuners = found->tuners,
        .listed = script_.discovery_polls == 0,
        .channels = *channels});
    discovery_[devices_.back().key] = script_.discovery_polls;
    return {.container = pms_container(0)};
}

FakePms::Answer FakePms::list_devices() {
    PmsNode node = pms_container(0);
    for (PmsDevice& device : devices_) {
        if (!device.listed && discovery_[device.key]-- <= 0) {
            device.listed = true;
        }
        if (device.listed) {
            node.children.push_back(node_of(device));
        }
    }
    node.values.front().text = std::to_string(node.children.size());
    return {.container = std::move(node)};
}

FakePms::Answer FakePms::set_map(PmsDevice& device, const Request& request) {
    if (script_.forgotten_maps > 0) {
        --script_.forgotten_maps;
        return {.container = verdict(0, "")};
    }
    // The whole map is replaced: what this request does not name is gone.
    std::vector<PmsMapping> map;
    std::string enabled = request.value("channelsEnabled");
    while (!enabled.empty()) {
        const std::string id = enabled.substr(0, enabled.find(','));
        enabled.erase(0, std::min(enabled.size(), id.size() + 1));
        if (id == script_.refused_channel) {
            continue;
        }
        map.push_back({.channel_key = request.value("channelMappingByKey[" + id + "]"),
            .device_identifier = id,
            .lineup_identifier = request.value("channelMapping[" + id + "]")});
    }
    device.map = std::move(map);
    return {.container = verdict(0, "")};
}

FakePms::Answer FakePms::act_on_dvrs(const Request& request, std::string_view rest) {
    if (rest.empty()) {
        if (request.method == "POST") {
            return create_dvr(request);
        }
        PmsNode node = pms_container(dvrs_.size());
        for (const PmsDvr& dvr : dvrs_) {
            node.children.push_back(node_of(dvr));
        }
        return {.container = std::move(node)};
    }
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    PmsDvr* const dvr = find_dvr(rest.substr(0, slash));
    if (dvr == nullptr) {
        return {.status = 404};
    }
    rest.remove_prefix(slash);
    if (rest == "/reloadGuide" && request.method == "POST") {
        dvr->activity = "load-" + std::to_string(dvr->key);
        dvr->polls_left = script_.guide_polls;
        return {.activity = dvr->activity};
    }
    if (rest == "/lineups") {
        return act_on_lineups(request, *dvr);
    }
    if (!rest.empty()) {
        return {.status = 404};
    }
    if (request.method == "DELETE") { // the row of its device stays
        std::erase_if(dvrs_, [key = dvr->key](const PmsDvr& one) { return one.key == key; });
        return {.container = verdict(0, "")};
    }
    PmsNode node = pms_container(1);
    node.children.push_back(node_of(*dvr));
    return {.container = std::move(node)};
}

FakePms::Answer FakePms::act_on_lineups(const Request& request, PmsDvr& dvr) {
    const std::string lineup = request.value("lineup");
    if (request.method == "PUT") {
        if (!lineup.starts_with(kXmltv)) {
            return {.container = verdict(-1, "Lineup is from a different provider")};
        }
        dvr.lineups.push_back(lineup);
        return {.container = verdict(0, "")};
    }
    if (request.method == "DELETE") {
        const auto gone = std::erase(dvr.lineups, lineup);
        dvr.guide.clear();
        return gone == 0 ? Answer{.status = 404} : Answer{.container = verdict(0, "")};
    }
    return {.status = 404};
}

FakePms::Answer FakePms::create_dvr(const Request& request) {
    std::string uuid = request.value("device");
    if (uuid.empty()) {
        uuid = request.value("device[]");
    }
    PmsDevice* const device = find_device(uuid);
    const std::string lineup = request.value("lineup");
    if (device == nullptr || !device->listed) {
        return {.container = verdict(-1, "The device does not exist")};
    }
    if (lineup.empty() || request.value("language").empty()) {
        return {.status = 400};
    }
    for (const PmsDvr& dvr : dvrs_) {
        if (std::ranges::find(dvr.devices, device->key) != dvr.devices.end()) {
            return {.container = verdict(-1, "The device is in use with an existing DVR")};
        }
    }
    dvrs_.push_back({.key = next_key_++, .devices = {device->key}, .lineups = {lineup}});
    PmsNode node = verdict(0, "");
    node.children.push_back(node_of(dvrs_.back()));
    return {.container = std::move(node)};
}

/// A question is a moment that passes; at the end of them the guide is fetched from where it is.
void FakePms::poll_guides() {
    for (PmsDvr& dvr : dvrs_) {
        if (!dvr.activity.empty() && dvr.polls_left-- <= 0) {
            load_guide(dvr);
            dvr.activity.clear();
        }
    }
}

void FakePms::load_guide(PmsDvr& dvr) {
    if (dvr.lineups.empty() || !dvr.lineups.front().starts_with(kXmltv)) {
        return;
    }
    dvr.guide = fetch_guide(guide_address(dvr.lineups.front()));
    for (const int key : dvr.devices) {
        PmsDevice* const device = find_device(std::to_string(key));
        if (device == nullptr) {
            continue;
        }
        if (auto channels = fetch_lineup(device->uri)) {
            device->channels = std::move(*channels);
        }
    }
}

FakePms::Answer FakePms::list_activities() {
    poll_guides();
    PmsNode node = pms_container(0);
    for (const PmsDvr& dvr : dvrs_) {
        if (!dvr.activity.empty() && script_.shows_activities) {
            PmsNode activity{.name = "Activity"};
            activity.set("uuid", dvr.activity).set("type", "provider.epg.load");
            activity.truth("cancellable", true).number("progress", 40);
            node.children.push_back(std::move(activity));
        }
    }
    return {.container = std::move(node)};
}

FakePms::Answer FakePms::channel_map(const Request& request) {
    poll_guides();
    const PmsDevice* const device = find_device(request.value("device"));
    const std::string lineup = request.value("lineup");
    const PmsDvr* dvr = nullptr;
    for (const PmsDvr& one : dvrs_) {
        if (std::ranges::find(one.lineups, lineup) != one.lineups.end()) {
            dvr = &one;
        }
    }
    if (device == nullptr || dvr == nullptr) {
        return {.status = 404};
    }
    PmsNode node = pms_container(0);
    if (dvr->guide.empty()) {
        return {.container = std::move(node)}; // zero rows: not yet, which is not none
    }
    for (const PmsTunerChannel& channel : device->channels) {
        PmsNode row{.name = "ChannelMapping"};
        for (const PmsGuideChannel& guide : dvr->guide) {
            if (std::ranges::find(guide.names, channel.number) != guide.names.end()) {
                row.set("channelKey", guide.id);
                row.set("lineupIdentifier", channel.number);
                break;
            }
        }
        row.set("deviceIdentifier", channel.number).truth("favorite", false);
        node.children.push_back(std::move(row));
    }
    node.values.front().text = std::to_string(node.children.size());
    return {.container = std::move(node)};
}

PmsNode FakePms::node_of(const PmsDevice& device) const {
    PmsNode node{.name = "Device"};
    node.number("parentID", 0).set("key", std::to_string(device.key)).set("uuid", device.uuid());
    node.set("uri", device.uri)
        .set("protocol", "livetv")
        .set("status", device.alive ? "alive" : "dead");
    node.set("state", "enabled").number("lastSeenAt", 1'700'000'000).truth("canTranscode", false);
    node.set("deviceId", device.device_id).set("make", device.make).set("model", "HDHomeRun");
    node.set("title", device.title).set("tuners", std::to_string(device.tuners));
    for (const PmsMapping& mapping : device.map) {
        PmsNode row{.name = "ChannelMapping"};
        row.set("channelKey", mapping.channel_key);
        row.set("deviceIdentifier", mapping.device_identifier);
        row.set("enabled", "1").set("lineupIdentifier", mapping.lineup_identifier);
        node.children.push_back(std::move(row));
    }
    return node;
}

PmsNode FakePms::node_of(const PmsDvr& dvr) const {
    PmsNode node{.name = "Dvr"};
    node.set("key", std::to_string(dvr.key)).set("uuid", "dvr-" + std::to_string(dvr.key));
    node.set("language", "eng");
    if (!dvr.lineups.empty()) {
        node.set("lineupTitle", title_of(dvr.lineups.front()));
        node.set("lineup", dvr.lineups.front());
    }
    node.number("refreshedAt", 1'700'000'000); // no evidence of anything
    node.set("epgIdentifier", "tv.plex.providers.epg.xmltv:" + std::to_string(dvr.key));
    for (const PmsDevice& device : devices_) {
        if (std::ranges::find(dvr.devices, device.key) == dvr.devices.end()) {
            continue;
        }
        // The row inside a DVR is a short one.
        PmsNode row{.name = "Device"};
        row.set("key", std::to_string(device.key)).set("uuid", device.uuid());
        row.set("uri", device.uri);
        node.children.push_back(std::move(row));
    }
    for (const std::string& lineup : dvr.lineups) {
        PmsNode row{.name = "Lineup"};
        row.set("id", lineup).set("title", title_of(lineup));
        node.children.push_back(std::move(row));
    }
    return node;
}

PmsDevice* FakePms::find_device(std::string_view key_or_uuid) {
    for (PmsDevice& device : devices_) {
        if (std::to_string(device.key) == key_or_uuid || device.uuid() == key_or_uuid) {
            return &device;
        }
    }
    return nullptr;
}

PmsDvr* FakePms::find_dvr(std::string_view key) {
    const auto found = std::ranges::find_if(
        dvrs_, [&](const PmsDvr& dvr) { return std::to_string(dvr.key) == key; });
    return found == dvrs_.end() ? nullptr : &*found;
}

void FakePms::send(
    ProviderConnection& connection, const ProviderRequest& request, Answer answer) const {
    const bool as_json =
        script_.encoding == Encoding::json ||
        (script_.encoding == Encoding::as_asked && request.header("accept") == "application/json");
    std::string body;
    std::string type = "text/html";
    if (answer.status >= 300) {
        body = page(answer.status);
    } else if (answer.container) {
        type = as_json ? "application/json" : "text/xml;charset=utf-8";
        body = as_json ? pms_json(*answer.container, script_.json) : pms_xml(*answer.container);
    }
    std::string head =
        "HTTP/1.1 " + std::to_string(answer.status) +
        " Plex\r\nConnection: close\r\nX-Plex-Protocol: 1.0\r\nContent-Type: " + type +
        "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    if (!answer.activity.empty()) {
        head += "X-Plex-Activity: " + answer.activity + "\r\n";
    }
    connection.send(head + "\r\n" + body);
}

} // namespace plex_tuner::testing
