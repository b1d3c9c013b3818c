// SPDX-License-Identifier: GPL-3.0-or-later
#include "hint.hpp"

#include <plex_tuner/engine/addresses.hpp>

namespace plex_tuner::cli {

namespace {

/// The addresses a client could use, best first: the configured one, this machine's, loopback.
std::vector<std::string> device_urls(const engine::ServiceOptions& options, std::uint16_t port) {
    if (!options.base_url.empty()) {
        return {options.base_url};
    }
    const std::string host = options.http.listen.substr(0, options.http.listen.rfind(':'));
    if (!host.empty() && host != "0.0.0.0" && host != "[::]") {
        return {"http://" + host + ":" + std::to_string(port)};
    }
    std::vector<std::string> urls;
    for (const std::string& address : engine::reachable_addresses()) {
        urls.push_back(engine::http_url(address, port));
    }
    urls.push_back(engine::http_url("127.0.0.1", port));
    return urls;
}

} // namespace

std::string start_hint(const engine::ServiceOptions& options, std::uint16_t port) {
    const auto urls = device_urls(options, port);
    std::string text = "plex-tuner " + options.version + " is up" +
                       (options.demo ? " with the demo provider" : "") + ".\n  Device URL  " +
                       urls.front() + "\n  Guide URL   " + urls.front() +
                       "/guide.xml\n  Status      " + urls.front() + "/\n";
    if (urls.size() > 1) {
        text += "  Also at    ";
        for (std::size_t i = 1; i < urls.size(); ++i) {
            text += " " + urls[i];
        }
        text += "\n";
    }
    return text +
           "In Plex: Settings > Live TV & DVR > set up, enter the device URL as network address,\n"
           "then choose the XMLTV guide and enter the guide URL.\n";
}

} // namespace plex_tuner::cli
