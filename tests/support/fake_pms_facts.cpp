// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_pms_facts.hpp"

namespace plex_tuner::testing {

namespace {

constexpr const char* kPrefs = "/:/prefs";

PmsNode about(const PmsFacts::Facts& facts) {
    PmsNode root = pms_container(0);
    root.set("friendlyName", "Fake PMS").set("version", "1.43.0.1000-abcdef012");
    root.truth("myPlexSubscription", facts.has_pass).truth("allowTuners", facts.allows_tuners);
    return root;
}

PmsNode preferences(const PmsFacts::Facts& facts) {
    PmsNode root = pms_container(2);
    PmsNode name{.name = "Setting"};
    name.set("id", "FriendlyName").set("value", "Fake PMS");
    PmsNode networks{.name = "Setting"};
    networks.set("id", "allowedNetworks").set("value", facts.allowed_networks);
    root.children = {name, networks};
    return root;
}

} // namespace

PmsFacts::PmsFacts(FakePms& pms) {
    for (const char* path : {"/", kPrefs}) {
        pms.server().on(
            path, [this, token = pms.token()](ProviderConnection& connection,
                      const ProviderRequest& request) { answer(connection, request, token); });
    }
}

void PmsFacts::change(const std::function<void(Facts&)>& edit) {
    const std::scoped_lock lock(mutex_);
    edit(facts_);
}

PmsFacts::Facts PmsFacts::now() const {
    const std::scoped_lock lock(mutex_);
    return facts_;
}

void PmsFacts::answer(
    ProviderConnection& connection, const ProviderRequest& request, const std::string& token) {
    const std::scoped_lock lock(mutex_);
    std::string body;
    int status = 200;
    if (request.path() != "/" && request.path() != kPrefs) {
        status = 404;
    } else if (request.header("x-plex-token") != token) {
        status = 401;
    } else if (request.method == "PUT") {
        for (const auto& [key, value] : pms_query(request.target)) {
            status = key == "allowedNetworks" ? 200 : 400;
            facts_.allowed_networks = value;
        }
    } else {
        body = pms_xml(request.path() == "/" ? about(facts_) : preferences(facts_));
    }
    connection.send("HTTP/1.1 " + std::to_string(status) + " Plex\r\nConnection: close\r\n" +
                    (facts_.date.empty() ? "" : "Date: " + facts_.date + "\r\n") +
                    "Content-Type: text/xml\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + body);
}

} // namespace plex_tuner::testing
