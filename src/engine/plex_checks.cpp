// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/engine/plex_doctor.hpp>
#include <plex_tuner/net/http_date.hpp>
#include <plex_tuner/plex/dvr_plan.hpp>
#include <plex_tuner/plex/lineup_id.hpp>
#include <plex_tuner/plex/oracle.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

namespace plex_tuner::engine {

namespace {

using verdict::ok;
using verdict::problem;
using verdict::skipped;

/// A guide's hours and a client's sessions bear as much.
constexpr std::chrono::seconds kClockTolerance{60};
constexpr std::size_t kMostNamed = 5;

/// The first few of many.
std::string some_of(const std::vector<std::string>& texts) {
    std::string out;
    for (std::size_t i = 0; i < std::min(texts.size(), kMostNamed); ++i) {
        out.append(i == 0 ? "" : ", ").append(texts[i]);
    }
    return texts.size() > kMostNamed ? out + ", …" : out;
}

bool is_loopback(std::string_view host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

class Examination {
public:
    Examination(const PlexQuestion& question, const PlexFacts& facts)
        : question_(question), facts_(facts), tuner_(question.tuner_url()) {
        wanted_.base_url = tuner_;
        if (facts_.tuner) {
            wanted_.device_id = facts_.tuner->device_id;
            wanted_.name = facts_.tuner->name;
            wanted_.channels = facts_.tuner->channels;
        }
        find_device();
    }

    [[nodiscard]] std::vector<Check> run() const {
        return {server(), token(), plex_pass(), networks(), clock(), tuner(), device(), dvr(),
            guide(), channels(), leftovers()};
    }

private:
    [[nodiscard]] Check server() const {
        const std::string url = question_.server.url.redacted();
        if (facts_.identity) {
            return ok("server", url + " is Plex Media Server " + facts_.identity->version);
        }
        const Error& error = facts_.identity.error();
        if (error.http_status() == 503) {
            return problem("server", url + " is starting, or under maintenance", "ask again later");
        }
        return problem("server", error.message(),
            "see that Plex runs, and that PLEX_TUNER_PMS_URL is its address as seen from here, "
            "such as http://10.0.0.2:32400");
    }

    [[nodiscard]] Check token() const {
        if (question_.server.token.empty()) {
            return problem("token", "there is none, so that Plex tells nothing of its tuners",
                "set PLEX_TUNER_PMS_TOKEN to the owner's X-Plex-Token");
        }
        if (!facts_.identity) {
            return skipped("token", "Plex does not answer");
        }
        if (facts_.about) {
            return ok("token", "Plex takes it");
        }
        const Error& error = facts_.about.error();
        if (error.http_status() == 401 || error.http_status() == 403) {
            return problem("token", "Plex does not take it",
                "set PLEX_TUNER_PMS_TOKEN to the X-Plex-Token of this server's owner; a password "
                "that was changed makes a new one");
        }
        return problem("token", error.message(), "ask again later");
    }

    [[nodiscard]] Check plex_pass() const {
        constexpr const char* kName = "plex-pass";
        if (!facts_.about) {
            return skipped(kName, "Plex was not asked");
        }
        if (facts_.about->has_pass == false) {
            return problem(kName, "the server's account has no Plex Pass, which DVRs need",
                "sign the server in with an account that has one: Settings > General");
        }
        if (facts_.about->allows_tuners == false) {
            return problem(kName, "the token's user may not use tuners",
                "use the token of the server's owner in PLEX_TUNER_PMS_TOKEN");
        }
        return facts_.about->has_pass ? ok(kName, "there is one")
                                      : skipped(kName, "the server does not say");
    }

    /// Parts of Plex talk to each other over HTTP. Where those requests are refused (403 in Plex's
    /// own log) channels tune and never play.
    [[nodiscard]] Check networks() const {
        constexpr const char* kName = "networks";
        if (!facts_.preferences) {
            return skipped(kName, "Plex was not asked");
        }
        const auto found =
            std::ranges::find(*facts_.preferences, "allowedNetworks", &plex::Preference::id);
        if (found == facts_.preferences->end()) {
            return skipped(kName, "the server has no setting allowedNetworks");
        }
        const std::string& value = found->value;
        if (value.empty()) {
            return ok(kName, "allowedNetworks is empty; should Plex's log show 403 for its own "
                             "requests, put 127.0.0.1/8,::1/128 and your network there");
        }
        if (value.contains("127.0.0.")) {
            return ok(kName, "allowedNetworks has Plex itself: " + value);
        }
        const std::string wanted = "127.0.0.1/8,::1/128," + value;
        return problem(kName,
            "allowedNetworks is " + value +
                ", without Plex's own address: it refuses its own requests, and channels that are "
                "tuned never play",
            "curl -X PUT -H \"X-Plex-Token: $PLEX_TUNER_PMS_TOKEN\" '" + base_of_server() +
                "/:/prefs?allowedNetworks=" + percent::encode(wanted) + "'");
    }

    [[nodiscard]] Check clock() const {
        constexpr const char* kName = "clock";
        const auto theirs =
            facts_.about ? net::parse_http_date(facts_.about->date, facts_.now) : std::nullopt;
        if (!theirs) {
            return skipped(kName, "Plex does not say what time it is");
        }
        const auto ahead = *theirs - facts_.now;
        const std::string seconds = std::to_string(std::abs(ahead.count())) + " s";
        if (ahead > kClockTolerance || ahead < -kClockTolerance) {
            return problem(kName,
                "Plex's clock is " + seconds + (ahead.count() > 0 ? " ahead of" : " behind") +
                    " ours: programmes are shown and recorded at the wrong time",
                "have both machines set their clocks from the network (timedatectl set-ntp true)");
        }
        return ok(kName, "Plex's is ours, within " + seconds);
    }

    [[nodiscard]] Check tuner() const {
        constexpr const char* kName = "tuner";
        if (!facts_.tuner) {
            return problem(kName,
                "no tuner answers at " + shown(tuner_) + ": " + facts_.tuner.error().message(),
                question_.base_url.empty()
                    ? "start it (plex-tuner run), and set PLEX_TUNER_BASE_URL to its address as "
                      "Plex reaches it"
                    : "start it (plex-tuner run), or correct PLEX_TUNER_BASE_URL");
        }
        const auto url = Url::parse(tuner_);
        if (url && is_loopback(url->host()) && !is_loopback(question_.server.url.host())) {
            return problem(kName,
                shown(tuner_) + " is this machine to everybody, and Plex runs on " +
                    std::string(question_.server.url.host()),
                "set PLEX_TUNER_BASE_URL to this machine's address in the network");
        }
        if (facts_.tuner->channels.empty()) {
            return problem(kName, shown(tuner_) + " has no channels",
                "plex-tuner lineup says what became of them");
        }
        return ok(kName, shown(tuner_) + " is " + facts_.tuner->device_id + " with " +
                             std::to_string(facts_.tuner->channels.size()) + " channels");
    }

    [[nodiscard]] Check device() const {
        constexpr const char* kName = "device";
        if (const auto reason = cannot_compare()) {
            return skipped(kName, *reason);
        }
        if (device_ == nullptr) {
            return problem(kName, "Plex does not know the tuner", sync_command());
        }
        if (!plex::is_same_address(device_->uri, tuner_)) {
            return problem(kName,
                "Plex looks for the tuner at " + shown(device_->uri) + ", and it is at " +
                    shown(tuner_),
                sync_command());
        }
        if (device_->is_alive == false) {
            return problem(kName, "Plex does not reach the tuner at " + shown(device_->uri),
                "open " + shown(tuner_) +
                    "/discover.json on the machine, or in the container, that Plex runs on; a "
                    "firewall or a network of its own keeps it out");
        }
        return ok(kName, "Plex has it as device " + device_->key + ", at the same address" +
                             (device_->is_alive ? ", alive" : ""));
    }

    [[nodiscard]] Check dvr() const {
        constexpr const char* kName = "dvr";
        if (const auto reason = no_device()) {
            return skipped(kName, *reason);
        }
        if (dvr_ == nullptr) {
            return problem(kName, "no DVR uses the tuner", sync_command());
        }
        const std::string guide = tuner_ + "/guide.xml";
        std::vector<std::string> guides;
        for (const std::string& lineup : dvr_->lineups) {
            const auto own = plex::guide_url_of(lineup);
            if (own && plex::is_same_address(*own, guide)) {
                return ok(kName, "DVR " + dvr_->key + " has the tuner and its guide");
            }
            guides.push_back(own ? shown(*own) : "one of Plex's own");
        }
        return problem(kName,
            "DVR " + dvr_->key +
                " has another guide: " + (guides.empty() ? std::string("none") : some_of(guides)),
            sync_command());
    }

    /// That Plex says it refreshed a guide is no proof; that it was fetched here is.
    [[nodiscard]] Check guide() const {
        constexpr const char* kName = "guide";
        if (!facts_.tuner) {
            return skipped(kName, "no tuner answers");
        }
        if (!facts_.readers) {
            return skipped(kName, "the tuner does not say who fetched its guide");
        }
        if (facts_.readers->empty()) {
            return problem(kName,
                "nobody has fetched /guide.xml since the tuner started, Plex neither",
                dvr_ == nullptr ? sync_command() : sync_command() + " -reload");
        }
        // Of any reader it may be Plex by its address or its name; a browser proves nothing.
        const std::string plex_host(question_.server.url.host());
        const auto is_plex = [&](const plex::GuideReader& reader) {
            return reader.address == plex_host || reader.user_agent.contains("Plex");
        };
        const auto by_plex = std::ranges::find_if(*facts_.readers, is_plex);
        const bool is_sure = by_plex != facts_.readers->end();
        const plex::GuideReader& last = is_sure ? *by_plex : facts_.readers->front();
        const auto ago = std::max<std::int64_t>((facts_.now - last.last).count(), 0);
        constexpr std::int64_t kMinute = 60;
        const std::string finding = "fetched " + std::to_string(last.count) + " times by " +
                                    last.address +
                                    (last.user_agent.empty() ? "" : " (" + last.user_agent + ")") +
                                    ", last " + std::to_string(ago / kMinute) + " min ago";
        return is_sure ? ok(kName, finding)
                       : skipped(kName, finding + "; whether that is Plex cannot be told");
    }

    [[nodiscard]] Check channels() const {
        constexpr const char* kName = "channels";
        if (const auto reason = no_device()) {
            return skipped(kName, *reason);
        }
        const auto mapped = plex::mapped_channels(*device_, *facts_.present);
        std::vector<std::string> missing;
        for (const std::string& number : facts_.tuner->channels) {
            const bool is_mapped = std::ranges::any_of(mapped,
                [&](const auto& row) { return row.enabled && row.device_identifier == number; });
            if (!is_mapped) {
                missing.push_back(number);
            }
        }
        const std::size_t served = facts_.tuner->channels.size();
        if (!missing.empty()) {
            return problem(kName,
                std::to_string(missing.size()) + " of " + std::to_string(served) +
                    " channels are not mapped in Plex: " + some_of(missing),
                sync_command());
        }
        const auto enabled =
            static_cast<std::size_t>(std::ranges::count_if(mapped, &plex::ChannelMapping::enabled));
        if (enabled > served) {
            return problem(kName,
                std::to_string(enabled - served) +
                    " channels are mapped in Plex that the tuner does not serve any more",
                sync_command());
        }
        return ok(kName, "all " + std::to_string(served) + " are mapped");
    }

    [[nodiscard]] Check leftovers() const {
        constexpr const char* kName = "leftovers";
        if (!facts_.present) {
            return skipped(kName, "Plex was not asked");
        }
        std::vector<std::string> of_oracle;
        for (const plex::Dvr& dvr : facts_.present->dvrs) {
            const bool is_marked = std::ranges::any_of(dvr.lineups, [](const std::string& lineup) {
                return plex::guide_url_of(lineup) &&
                       percent::decode(lineup).contains("#" + std::string(plex::kOracleMark));
            });
            if (is_marked) {
                of_oracle.push_back(dvr.key);
            }
        }
        if (!of_oracle.empty()) {
            return problem(kName, "plex-epg-oracle left DVRs behind: " + some_of(of_oracle),
                "plex-tuner plex-epg-oracle-cleanup -do");
        }
        std::vector<std::string> unused;
        bool is_ours = false;
        plex::PlanOptions options;
        options.owned = question_.owned;
        for (const plex::Leftover& one : plex::leftovers({&wanted_, 1}, *facts_.present, options)) {
            if (one.dvr_key.empty()) {
                unused.push_back(one.device_id + " at " + shown(one.uri));
                is_ours = is_ours || one.is_ours;
            }
        }
        if (unused.empty()) {
            return ok(kName, "each device in Plex has a DVR");
        }
        const std::string finding = "devices that no DVR uses: " + some_of(unused);
        // Whose they are nobody here knows, unless the owner has said so.
        return is_ours ? problem(kName, finding, sync_command() + " -delete-unknown -dry-run")
                       : ok(kName, finding + "; none is yours, as far as PLEX_TUNER_PLEX_OWNED "
                                             "says");
    }

    void find_device() {
        if (!facts_.present || !facts_.tuner) {
            return;
        }
        for (const plex::Device& device : facts_.present->devices) {
            if (ascii::iequals(device.device_id, wanted_.device_id)) {
                device_ = &device;
            }
        }
        if (device_ == nullptr) {
            return;
        }
        for (const plex::Dvr& dvr : facts_.present->dvrs) {
            for (const plex::Device& own : dvr.devices) {
                if ((!own.key.empty() && own.key == device_->key) ||
                    (!own.uuid.empty() && own.uuid == device_->uuid)) {
                    dvr_ = &dvr;
                }
            }
        }
    }

    [[nodiscard]] std::optional<std::string> cannot_compare() const {
        if (!facts_.present) {
            return "Plex does not say what it has";
        }
        return facts_.tuner ? std::nullopt : std::optional<std::string>("no tuner answers");
    }

    [[nodiscard]] std::optional<std::string> no_device() const {
        const auto reason = cannot_compare();
        return reason || device_ != nullptr
                   ? reason
                   : std::optional<std::string>("Plex does not know the tuner");
    }

    [[nodiscard]] std::string sync_command() const {
        return "plex-tuner plex-dvr-sync -base-urls " + shown(tuner_) + " -device-ids " +
               (wanted_.device_id.empty() ? "ID" : wanted_.device_id);
    }

    [[nodiscard]] std::string base_of_server() const {
        std::string base = question_.server.url.redacted();
        while (base.ends_with('/')) {
            base.pop_back();
        }
        return base;
    }

    static std::string shown(const std::string& text) {
        const auto url = Url::parse(text);
        return url ? url->redacted() : "an address that is none";
    }

    const PlexQuestion& question_;
    const PlexFacts& facts_;
    std::string tuner_;
    plex::WantedTuner wanted_ = {};
    const plex::Device* device_ = nullptr; ///< of the tuner
    const plex::Dvr* dvr_ = nullptr;
};

} // namespace

std::vector<Check> examine(const PlexQuestion& question, const PlexFacts& facts) {
    return Examination(question, facts).run();
}

} // namespace plex_tuner::engine
