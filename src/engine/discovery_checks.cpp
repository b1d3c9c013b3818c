// SPDX-License-Identifier: GPL-3.0-or-later
#include "announced_url.hpp"

#include <plex_tuner/engine/addresses.hpp>
#include <plex_tuner/engine/discovery_doctor.hpp>
#include <plex_tuner/hdhr/device_id.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace plex_tuner::engine {

namespace {

using verdict::ok;
using verdict::problem;
using verdict::skipped;

using Verdict = Check::Verdict;

[[nodiscard]] std::string id_text(std::uint32_t id) {
    return fmt::format("{:08X}", id);
}

[[nodiscard]] std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts) {
        out.append(out.empty() ? "" : ", ").append(text);
    }
    return out;
}

class Examination {
public:
    Examination(const DiscoveryQuestion& question, const DiscoveryFacts& facts)
        : question_(question), facts_(facts) {}

    [[nodiscard]] std::vector<Check> run() const {
        std::vector<Check> checks{home()};
        if (facts_.networks.empty()) {
            checks.push_back(problem("network", "this machine is on no network but its own",
                "give it an address, or in a container host networking (--network host)"));
        } else if (!facts_.home.failure.empty()) {
            for (const char* name :
                {"network", "base-url", "discovery", "control", "ssdp", "port-80"}) {
                checks.push_back(skipped(name, "no tuner answers on this machine"));
            }
        } else {
            checks.push_back(networks());
            checks.push_back(base_url());
            checks.push_back(discovery());
            checks.push_back(control());
            checks.push_back(ssdp());
            checks.push_back(port_80());
        }
        const bool is_something_kept_out = std::ranges::any_of(checks, [](const Check& check) {
            return check.verdict == Verdict::problem && check.name != "http";
        });
        checks.push_back(firewall(is_something_kept_out));
        if (auto others = other_devices()) {
            checks.push_back(std::move(*others));
        }
        return checks;
    }

private:
    [[nodiscard]] bool is_ours(const DoctorAnswer& answer) const {
        return answer.failure.empty() && (!knows_id() || answer.text == facts_.home.text);
    }

    [[nodiscard]] bool knows_id() const { return !facts_.home.text.empty(); }

    [[nodiscard]] std::string why_not(const DoctorAnswer& answer) const {
        return answer.failure.empty() ? "another device (" + answer.text + ") answers there"
                                      : answer.failure;
    }

    [[nodiscard]] Check home() const {
        if (facts_.home.failure.empty()) {
            return ok("http", "device " + facts_.home.text + " answers at " + facts_.home.url);
        }
        return problem("http",
            "no tuner answers at " + facts_.home.url + " (" + facts_.home.failure + ")",
            "start it with `plex-tuner run`, or give this command the settings it runs with "
            "(PLEX_TUNER_ADDR)");
    }

    /// Of those at which clients ask, where the answer is not the tuner's.
    [[nodiscard]] std::vector<std::string> failing(const std::vector<DoctorAnswer>& answers) const {
        std::vector<std::string> texts;
        for (const DoctorAnswer& answer : answers) {
            if (!is_ours(answer)) {
                texts.push_back(answer.url + " (" + why_not(answer) + ")");
            }
        }
        return texts;
    }

    [[nodiscard]] std::string addresses() const {
        std::vector<std::string> texts;
        texts.reserve(facts_.networks.size());
        for (const auto& network : facts_.networks) {
            texts.push_back(network.address + " on " + network.name);
        }
        return joined(texts);
    }

    [[nodiscard]] Check networks() const {
        const auto failures = failing(facts_.http);
        if (failures.empty()) {
            return ok("network", "it answers at " + addresses());
        }
        return problem("network", "no answer at " + joined(failures),
            listen_host(question_.listen).empty()
                ? "look for a firewall on this machine"
                : "PLEX_TUNER_ADDR=" + question_.listen +
                      " keeps other machines out; leave the host out of it");
    }

    [[nodiscard]] Check base_url() const {
        if (!facts_.advertised) {
            return ok("base-url", "each client is told the address it asked at");
        }
        if (question_.base_url.size() > AnnouncedUrl::kLongest) {
            return problem("base-url",
                question_.base_url + " is longer than the " +
                    std::to_string(AnnouncedUrl::kLongest) +
                    " characters that Kodi and tvheadend have room for",
                "put an address in place of the name in PLEX_TUNER_BASE_URL");
        }
        return is_ours(*facts_.advertised)
                   ? ok("base-url", "it answers at " + question_.base_url)
                   : problem("base-url",
                         "no answer at " + question_.base_url + " (" + why_not(*facts_.advertised) +
                             "), where clients are sent",
                         "correct PLEX_TUNER_BASE_URL, or leave it out");
    }

    /// Whether the device is the tuner: by its id, or for want of one by its address.
    [[nodiscard]] bool is_ours(const DiscoveryFacts::Found& found) const {
        return knows_id() ? id_text(found.device.id) == facts_.home.text : is_here(found.address);
    }

    [[nodiscard]] bool is_here(const std::string& address) const {
        return std::ranges::find(facts_.networks, address, &DiscoveryFacts::Network::address) !=
               facts_.networks.end();
    }

    [[nodiscard]] Check discovery() const {
        const std::string port = "UDP port " + std::to_string(question_.discovery_port);
        if (!question_.native) {
            return skipped("discovery", "switched off by PLEX_TUNER_HDHR_NETWORK_MODE=0: clients "
                                        "must be given the address");
        }
        if (!facts_.no_socket.empty()) {
            return skipped("discovery", "not asked for: " + facts_.no_socket);
        }
        std::vector<std::string> missing;
        std::vector<std::string> strangers;
        for (const auto& network : facts_.networks) {
            const auto from_here = [&](const DiscoveryFacts::Found& found) {
                return found.address == network.address;
            };
            const auto found = std::ranges::find_if(facts_.found, from_here);
            if (found == facts_.found.end()) {
                missing.push_back(network.address + " on " + network.name);
            } else if (!is_ours(*found)) {
                strangers.push_back(id_text(found->device.id));
            }
        }
        if (!strangers.empty()) {
            return problem("discovery",
                "another tuner of this machine (" + strangers.front() + ") has " + port,
                "stop it, or run each in a network namespace (container) of its own");
        }
        if (!missing.empty()) {
            return problem("discovery",
                "no answer to broadcasts at " + port + " for " + joined(missing),
                "see the log of the tuner for a warning about that port; look for a firewall; in a "
                "container use host networking");
        }
        return ok("discovery", "found by broadcast at " + port);
    }

    [[nodiscard]] Check control() const {
        if (!question_.native) {
            return skipped("control", "switched off by PLEX_TUNER_HDHR_NETWORK_MODE=0");
        }
        std::vector<std::string> failures;
        for (const DoctorAnswer& answer : facts_.control) {
            if (!answer.failure.empty()) {
                failures.push_back(answer.url + " (" + answer.failure + ")");
            }
        }
        return failures.empty()
                   ? ok("control", "the control protocol is spoken at TCP port " +
                                       std::to_string(question_.control_port))
                   : problem("control", "no control protocol at " + joined(failures),
                         "see the log of the tuner for a warning about that port; look for a "
                         "firewall");
    }

    [[nodiscard]] Check ssdp() const {
        if (!question_.ssdp) {
            return skipped("ssdp", "switched off by PLEX_TUNER_SSDP_DISABLED=1");
        }
        if (facts_.uuid.empty()) {
            return skipped("ssdp", "the id of the tuner is not known");
        }
        if (!facts_.no_socket.empty()) {
            return skipped("ssdp", "not searched for: " + facts_.no_socket);
        }
        const auto found = std::ranges::find_if(facts_.announced,
            [this](const DiscoveryFacts::Announced& one) { return one.usn.contains(facts_.uuid); });
        return found != facts_.announced.end()
                   ? ok("ssdp", "found at " + found->location)
                   : problem("ssdp", "no answer to a search at UDP port 1900",
                         "see the log of the tuner; look for a firewall; in a container use host "
                         "networking");
    }

    [[nodiscard]] Check port_80() const {
        const auto failures = failing(facts_.port_80);
        if (failures.empty()) {
            return ok("port-80", "Jellyfin and others that ask at port 80 are served");
        }
        if (question_.second_listen.empty()) {
            return skipped("port-80", "Jellyfin and others ask there, and nothing of the tuner is; "
                                      "PLEX_TUNER_SECOND_ADDR=:80 serves them");
        }
        return problem("port-80", "no answer at " + joined(failures),
            "see the log of the tuner for a warning about its second address");
    }

    /// What clients on other machines need.
    [[nodiscard]] std::string open_ports() const {
        std::string ports = "TCP " + std::to_string(listen_port(question_.listen));
        if (!question_.second_listen.empty()) {
            ports += ", " + std::to_string(listen_port(question_.second_listen));
        }
        if (question_.native) {
            ports += ", " + std::to_string(question_.control_port) + "; UDP " +
                     std::to_string(question_.discovery_port) + ", 5004";
        }
        return ports + (question_.ssdp ? "; UDP 1900" : "");
    }

    [[nodiscard]] Check firewall(bool is_something_kept_out) const {
        if (!facts_.filters) {
            return skipped("firewall",
                "not looked at (" + facts_.filters.error().message() + "): run this as root");
        }
        std::vector<std::string> dropping;
        std::vector<std::string> others;
        for (const net::InputFilter& filter : *facts_.filters) {
            (filter.drops_by_default ? dropping : others).push_back(filter.name);
        }
        if (dropping.empty() && others.empty()) {
            return ok("firewall", "this machine filters nothing of what comes in");
        }
        const std::string what =
            dropping.empty() ? "this machine has rules for what comes in (" + joined(others) + ")"
                             : "this machine drops what no rule lets in (" + joined(dropping) + ")";
        if (is_something_kept_out && !dropping.empty()) {
            return problem("firewall", what,
                "let in " + open_ports() + "; `nft list ruleset` shows the rules");
        }
        // What came from this machine tells little of what may come over a cable.
        return skipped("firewall", what + ": other machines need " + open_ports());
    }

    [[nodiscard]] std::optional<Check> other_devices() const {
        std::set<std::string> others;
        for (const DiscoveryFacts::Found& found : facts_.found) {
            if (is_here(found.address)) {
                continue;
            }
            const std::string id = id_text(found.device.id);
            if (knows_id() && id == facts_.home.text) {
                return problem("other-devices",
                    "the device at " + found.address +
                        " has the same id: clients take both for "
                        "one",
                    "give one of them another PLEX_TUNER_DEVICE_ID");
            }
            others.insert(id + " at " + found.address);
        }
        if (others.empty()) {
            return std::nullopt;
        }
        return ok("other-devices", joined({others.begin(), others.end()}));
    }

    const DiscoveryQuestion& question_;
    const DiscoveryFacts& facts_;
};

} // namespace

std::vector<Check> examine(const DiscoveryQuestion& question, const DiscoveryFacts& facts) {
    return Examination(question, facts).run();
}

} // namespace plex_tuner::engine
