// SPDX-License-Identifier: GPL-3.0-or-later
#include "clashes.hpp"

#include "child_settings.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::fleet {

namespace {

struct Address {
    std::string host; ///< empty: all interfaces
    std::uint16_t port = 0;
};

Address parse(std::string_view listen) {
    const std::size_t colon = std::min(listen.rfind(':'), listen.size());
    Address address{.host = ascii::lower(listen.substr(0, colon))};
    address.port =
        ascii::parse_integer<std::uint16_t>(listen.substr(std::min(colon + 1, listen.size())))
            .value_or(0);
    if (address.host == "*" || address.host == "0.0.0.0" || address.host == "[::]") {
        address.host.clear();
    } else if (address.host == "localhost") {
        address.host = "127.0.0.1";
    }
    return address;
}

bool overlap(const Address& a, const Address& b) {
    return a.port != 0 && a.port == b.port &&
           (a.host.empty() || b.host.empty() || a.host == b.host);
}

/// A port that a process wants, and the variable that says so.
struct Wanted {
    Address address;
    std::string_view variable;
};

std::vector<Wanted> tcp_ports(const Settled& one) {
    std::vector<Wanted> wanted;
    if (!one.child->is_tuner) {
        return wanted;
    }
    const config::Config& settings = *one.settings;
    wanted.push_back({parse(settings.server.listen), "PLEX_TUNER_ADDR"});
    if (!settings.server.second_listen.empty()) {
        wanted.push_back({parse(settings.server.second_listen), "PLEX_TUNER_SECOND_ADDR"});
    }
    if (settings.tuner.native) {
        wanted.push_back(
            {{.host = "", .port = settings.tuner.control_port}, "PLEX_TUNER_HDHR_CONTROL_PORT"});
    }
    return wanted;
}

std::string port_text(const Wanted& wanted) {
    return std::to_string(wanted.address.port) + " (" + std::string(wanted.variable) + ")";
}

class Search {
public:
    Search(const std::vector<Settled>& children, std::string_view listen)
        : children_(children), listen_(listen) {}

    Clashes run() {
        for (std::size_t i = 0; i < children_.size(); ++i) {
            compare_with_supervisor(children_[i]);
            compare_with_itself(children_[i]);
            for (std::size_t j = 0; j < i; ++j) {
                compare(children_[j], children_[i]);
            }
            compare_numbers(i);
        }
        return std::move(found_);
    }

private:
    void problem(const Settled& a, const Settled& b, const std::string& what) {
        found_.problems.push_back(a.place + " and " + b.place + ": " + what);
    }

    void compare_with_supervisor(const Settled& one) {
        if (listen_.empty()) {
            return;
        }
        for (const Wanted& wanted : tcp_ports(one)) {
            if (overlap(parse(listen_), wanted.address)) {
                found_.problems.push_back(one.place + " wants port " + port_text(wanted) +
                                          ", where the supervisor's own page is (addr)");
            }
        }
    }

    void compare_with_itself(const Settled& one) {
        const auto ports = tcp_ports(one);
        for (std::size_t i = 1; i < ports.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (overlap(ports[j].address, ports[i].address)) {
                    found_.problems.push_back(
                        one.place + " wants port " + port_text(ports[i]) + " twice");
                }
            }
        }
    }

    void compare(const Settled& a, const Settled& b) {
        for (const Wanted& first : tcp_ports(a)) {
            for (const Wanted& second : tcp_ports(b)) {
                if (overlap(first.address, second.address) &&
                    !is_native_pair(a, b, first, second)) {
                    problem(a, b, "both want port " + port_text(second));
                }
            }
        }
        if (a.child->is_tuner && b.child->is_tuner) {
            compare_tuners(a, b);
        }
        compare_mounts(a, b);
    }

    /// Said once, in words about what it is.
    static bool is_native_pair(
        const Settled& a, const Settled& b, const Wanted& first, const Wanted& second) {
        return first.variable == second.variable &&
               first.variable == "PLEX_TUNER_HDHR_CONTROL_PORT" && a.child->is_native &&
               b.child->is_native;
    }

    void compare_tuners(const Settled& a, const Settled& b) {
        const config::TunerSettings& first = a.settings->tuner;
        const config::TunerSettings& second = b.settings->tuner;
        if (first.native && second.native &&
            (first.discover_port == second.discover_port ||
                first.control_port == second.control_port)) {
            problem(a, b,
                "both are in native mode (PLEX_TUNER_HDHR_NETWORK_MODE), and one machine can "
                "have one HDHomeRun at the ports where clients look for it; switch it off in one");
        }
        if (!a.child->device_id.empty() && a.child->device_id == b.child->device_id) {
            problem(a, b,
                "both have the device id " + a.child->device_id +
                    "; clients would take them for one tuner. Give one another "
                    "PLEX_TUNER_DEVICE_ID");
        }
        if (a.child->state_directory == b.child->state_directory) {
            problem(a, b,
                "both keep their state in " + a.child->state_directory.string() +
                    "; give each its own -catalog (or PLEX_TUNER_STATE_DIR)");
        } else if (a.child->catalog == b.child->catalog) {
            problem(a, b, "both write the catalog " + a.child->catalog.string());
        }
    }

    void compare_mounts(const Settled& a, const Settled& b) {
        const config::VodfsSettings& first = a.settings->vodfs;
        const config::VodfsSettings& second = b.settings->vodfs;
        if (first.mount_point.empty() || second.mount_point.empty()) {
            return;
        }
        if (whole_path(*a.child, first.mount_point) == whole_path(*b.child, second.mount_point)) {
            problem(a, b, "both mount at " + first.mount_point.string() + " (PLEX_TUNER_MOUNT)");
        } else if (whole_path(*a.child, first.cache) == whole_path(*b.child, second.cache)) {
            problem(a, b,
                "both keep films in " + first.cache.string() +
                    "; a cache is of one mount (PLEX_TUNER_CACHE)");
        }
    }

    /// The first other one is enough: of thirteen tuners that overlap there are 78 pairs.
    void compare_numbers(std::size_t index) {
        const Settled& one = children_[index];
        if (!one.child->is_tuner) {
            return;
        }
        for (std::size_t j = 0; j < index; ++j) {
            const Settled& other = children_[j];
            if (other.child->is_tuner && numbers_overlap(*other.settings, *one.settings)) {
                found_.warnings.push_back(
                    other.place + " and " + one.place +
                    ": their guide numbers may overlap, and Plex would mix their channels up; set "
                    "PLEX_TUNER_GUIDE_NUMBER_OFFSET so that they do not (they are at " +
                    std::to_string(other.child->number_offset) + " and " +
                    std::to_string(one.child->number_offset) + ")");
                return;
            }
        }
    }

    static bool numbers_overlap(const config::Config& a, const config::Config& b) {
        if (a.lineup.shard && b.lineup.shard) {
            return false; // one book of numbers for all of a lineup
        }
        const auto last = [](const config::LineupSettings& lineup) {
            const int cap = lineup.effective_max_channels();
            // Without a cap nobody knows; that they begin apart is all there is to go by.
            return lineup.guide_number_offset + (cap == config::LineupSettings::kNoCap ? 1 : cap);
        };
        return a.lineup.guide_number_offset < last(b.lineup) &&
               b.lineup.guide_number_offset < last(a.lineup);
    }

    const std::vector<Settled>& children_;
    std::string_view listen_;
    Clashes found_;
};

} // namespace

std::optional<Endpoint> endpoint_of(std::string_view listen) {
    Address address = parse(listen);
    if (address.port == 0) {
        return std::nullopt;
    }
    const bool is_ipv6_only = listen.starts_with("[::]");
    if (address.host.empty()) {
        address.host = is_ipv6_only ? "[::1]" : "127.0.0.1";
    }
    return Endpoint{.host = std::move(address.host), .port = address.port};
}

Clashes find_clashes(const std::vector<Settled>& children, std::string_view listen) {
    return Search(children, listen).run();
}

} // namespace plex_tuner::fleet
