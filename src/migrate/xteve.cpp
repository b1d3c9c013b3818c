// SPDX-License-Identifier: GPL-3.0-or-later
#include "json_object.hpp"
#include "setting_check.hpp"
#include "xteve_channels.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/migrate/import.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace plex_tuner::migrate {

namespace {

using nlohmann::json;

constexpr std::int64_t kMostTuners = 255;
constexpr std::int64_t kMostConnections = 10'000;
/// Accounts and guides that the configuration takes.
constexpr std::size_t kMostSources = 99;
/// Channels of a lineup that nobody asked for more of.
constexpr std::size_t kUsualCap = 480;

/// Names of what only matters inside of that program.
constexpr std::array<const char*, 26> kInnerWorkings = {"api", "backup.keep", "backup.path",
    "git.branch", "buffer.size.kb", "buffer.timeout", "ffmpeg.path", "vlc.path", "vlc.options",
    "file", "xmltv", "files.update", "key", "language", "log.entries.ram",
    "m3u8.adaptive.bandwidth.mbps", "mapping.first.channel", "temp.path", "update.url", "version",
    "xteveAutoUpdate", "ThreadfinAutoUpdate", "storeBufferInRAM", "enableNonAscii", "dummy",
    "dummyChannel"};

std::string numbered(std::string_view name, std::size_t number) {
    return "PLEX_TUNER_" + std::string(name) + (number < 2 ? "" : "_" + std::to_string(number));
}

class Importer {
public:
    Importer(const json& settings, std::string file)
        : problem_(std::move(file)), settings_(settings, {}, problem_) {
        const bool is_threadfin = settings.contains("ThreadfinAutoUpdate") ||
                                  settings.contains("bindIpAddress") ||
                                  settings.contains("dummyChannel") || names_threadfin(settings);
        result_.origin = is_threadfin ? "Threadfin" : "xTeVe";
    }

    /// The channels come in between: guides are numbered by how many use them.
    [[nodiscard]] bool uses_table() {
        epg_source_ = settings_.text("epgSource");
        return epg_source_ != "PMS";
    }

    XteveSources read_sources() {
        XteveSources sources;
        const json* const files = settings_.object("files");
        const json none = json::object();
        JsonObject by_kind(files == nullptr ? none : *files, "files", problem_);
        buffer_ = settings_.text("buffer");
        for (auto& [id, source] : by_kind.objects("m3u")) {
            add_playlist(id, *source, "M3U_URL", {});
            sources.playlists.push_back(id);
        }
        for (auto& [id, source] : by_kind.objects("hdhr")) {
            add_playlist(id, *source, "HDHOMERUN_URL", "http://");
            sources.playlists.push_back(id);
        }
        for (auto& [id, source] : by_kind.objects("xmltv")) {
            JsonObject fields(*source, "files: xmltv: " + shown(id), problem_);
            Guide guide{.file = id + ".xml",
                .address = std::string(ascii::trim(fields.text("file.source"))),
                .name = fields.text("name")};
            note_proxy(fields, guide.name);
            sources.guides.emplace(guide.file, redact_text(guide.name.empty() ? id : guide.name));
            guides_.push_back(std::move(guide));
        }
        return sources;
    }

    void take_channels(XteveChannels channels) {
        std::ranges::sort(guides_, [&](const Guide& a, const Guide& b) {
            const auto uses = [&](const Guide& guide) {
                const auto found = channels.guide_uses.find(guide.file);
                return found == channels.guide_uses.end() ? std::size_t{0} : found->second;
            };
            return uses(a) != uses(b) ? uses(a) > uses(b) : a.file < b.file;
        });
        // Those of the playlists are there already.
        std::ranges::move(channels.left_out, std::back_inserter(result_.left_out));
        row_count_ = channels.rows.size();
        result_.tables.push_back({"channels.tsv", std::move(channels.rows), false});
    }

    Result<Imported> finish(const json* addresses) {
        add_guides();
        add_plain_settings();
        note_filters();
        note_settings();
        if (addresses != nullptr && !addresses->empty()) {
            leave_out(std::to_string(addresses->size()) + " addresses of streams (urls.json)",
                "players that were given one take the playlist anew: /live.m3u");
        }
        if (problem_.error()) {
            return fail(*problem_.error());
        }
        return std::move(result_);
    }

private:
    struct Guide {
        std::string file;
        std::string address;
        std::string name;
    };

    [[nodiscard]] static bool names_threadfin(const json& settings) {
        // Each source names the copy of it by the program's name.
        const auto files = settings.find("files");
        if (files == settings.end() || !files->is_object()) {
            return false;
        }
        for (const auto& [kind, sources] : files->items()) {
            if (!sources.is_object()) {
                continue;
            }
            for (const auto& [id, source] : sources.items()) {
                if (source.is_object() && source.contains("file.threadfin")) {
                    return true;
                }
            }
        }
        return false;
    }

    /// False where this program would refuse it; that is reported, `what` says of what.
    bool set(std::string name, std::string value, std::string_view what = {}) {
        ImportedSetting setting{std::move(name), std::move(value)};
        if (std::string wrong = refusal(setting); !wrong.empty()) {
            leave_out(what.empty() ? std::move(setting.name) : std::string(what), std::move(wrong));
            return false;
        }
        result_.settings.push_back(std::move(setting));
        return true;
    }

    void leave_out(std::string what, std::string why) {
        result_.left_out.push_back({std::move(what), std::move(why)});
    }

    void note_proxy(JsonObject& fields, const std::string& name) {
        if (const std::string proxy = fields.text("http_proxy.ip"); !proxy.empty()) {
            leave_out("the HTTP proxy of " + redact_text(shown(name)),
                "set http_proxy in the environment, for all requests");
        }
    }

    void add_playlist(
        const std::string& id, const json& source, std::string_view setting, const char* before) {
        JsonObject fields(source,
            "files: " + std::string(setting == "M3U_URL" ? "m3u" : "hdhr") + ": " + shown(id),
            problem_);
        const std::string name = redact_text(shown(fields.text("name")));
        const std::string address(ascii::trim(fields.text("file.source")));
        const auto connections = fields.integer("tuner", 0, kMostConnections);
        note_proxy(fields, name);
        if (address.empty()) {
            leave_out("the playlist " + (name.empty() ? shown(id) : name), "it has no address");
            return;
        }
        if (accounts_ == kMostSources) {
            leave_out("the playlist " + name, "there may be " + std::to_string(kMostSources));
            return;
        }
        const bool has_scheme = address.find("://") != std::string::npos;
        if (!set(numbered(setting, accounts_ + 1),
                before == nullptr || has_scheme ? address : before + address,
                "the address of the playlist " + (name.empty() ? shown(id) : name))) {
            return;
        }
        ++accounts_;
        if (!name.empty() && name.find("://") == std::string::npos) {
            set(numbered("PROVIDER_TAG", accounts_), name);
        }
        // Without a buffer players go to the provider themselves: it limits nothing.
        if (connections && *connections > 0 && !buffer_.empty() && buffer_ != "-") {
            set(numbered("PROVIDER_MAX_CONNECTIONS", accounts_), std::to_string(*connections));
        }
    }

    void add_guides() {
        std::size_t number = 0;
        for (const Guide& guide : guides_) {
            const std::string name = redact_text(shown(guide.name));
            if (guide.address.empty() || number == kMostSources) {
                leave_out("the guide " + name,
                    guide.address.empty() ? "it has no address"
                                          : "there may be " + std::to_string(kMostSources));
                continue;
            }
            if (set(numbered("XMLTV_URL", number + 1), guide.address,
                    "the address of the guide " + name)) {
                ++number;
            }
        }
        if (number > 0) {
            // That program knows no guide but those.
            set("PLEX_TUNER_XMLTV_PROVIDER", "last");
        }
    }

    void add_plain_settings() {
        if (const auto tuners = settings_.integer("tuner", 0, 1'000'000); tuners && *tuners > 0) {
            set("PLEX_TUNER_TUNER_COUNT", std::to_string(std::min(*tuners, kMostTuners)));
            if (*tuners > kMostTuners) {
                leave_out(std::to_string(*tuners) + " tuners",
                    "there may be " + std::to_string(kMostTuners));
            }
        }
        const std::string agent(ascii::trim(settings_.text("user.agent")));
        if (!agent.empty() && !ascii::iequals(agent, "xTeVe") &&
            !ascii::iequals(agent, "Threadfin")) {
            set("PLEX_TUNER_USER_AGENT", agent, "user.agent");
        }
        if (!settings_.flag("ssdp", true)) {
            set("PLEX_TUNER_SSDP_DISABLED", "true");
        }
        if (row_count_ > kUsualCap) {
            set("PLEX_TUNER_LINEUP_MAX_CHANNELS", "-1");
        }
    }

    void note_settings() {
        if (epg_source_ == "PMS") {
            leave_out("numbers and guides given in Plex (epgSource PMS)",
                "xepg.json does not count then; channels get the numbers of the playlist, else "
                "free ones");
        }
        const std::string port = settings_.text("port");
        leave_out("port " + (port.empty() ? "34400" : shown(port)),
            "this tuner is at 5004; PLEX_TUNER_ADDR chooses another, once the other program is "
            "stopped");
        settings_.pass("uuid");
        leave_out("the device id",
            "it is none of an HDHomeRun; Plex gets a new tuner: `plex-tuner plex-dvr-sync`, or by "
            "hand");
        for (const char* const name : {"authentication.api", "authentication.m3u",
                 "authentication.pms", "authentication.web", "authentication.xml"}) {
            if (settings_.flag(name)) {
                leave_out(name, "there are no passwords here; let nobody but your network in");
            }
        }
        const std::string options = settings_.text("ffmpeg.options");
        if (!buffer_.empty() && buffer_ != "-") {
            leave_out("the buffer (" + shown(buffer_) + ")",
                "streams are shared, buffered and repaired without one; viewers of a channel share "
                "a connection");
            if (buffer_ == "ffmpeg" && !options.empty()) {
                leave_out("ffmpeg.options", "no FFmpeg is started for a stream");
            }
        }
        if (!settings_.text("udpxy").empty()) {
            leave_out("udpxy", "multicast is received without it (PLEX_TUNER_MULTICAST_INTERFACE)");
        }
        if (settings_.flag("cache.images")) {
            leave_out("cache.images", "logos are fetched by those who show them");
        }
        if (settings_.flag("xepg.replace.missing.images")) {
            leave_out("xepg.replace.missing.images", "missing pictures stay missing");
        }
        if (settings_.flag("xepg.replace.channel.title")) {
            leave_out("xepg.replace.channel.title", "names of channels are those of the table");
        }
        std::string times;
        for (const std::string& time : settings_.texts("update")) {
            times += (times.empty() ? "" : ", ") + shown(time);
        }
        if (!times.empty()) {
            leave_out("updates at " + times, "PLEX_TUNER_REFRESH is the time between two (6h)");
        }
        note_threadfin();
        std::string inner;
        for (const char* const name : kInnerWorkings) {
            settings_.pass(name);
        }
        for (const std::string& name : settings_.others()) {
            inner += (inner.empty() ? "" : ", ") + name;
        }
        if (!inner.empty()) {
            leave_out("settings that are not known: " + inner, "nothing was made of them");
        }
    }

    void note_threadfin() {
        if (const std::string address = settings_.text("bindIpAddress"); !address.empty()) {
            leave_out("bindIpAddress " + shown(address),
                "set PLEX_TUNER_ADDR=" + shown(address) + ":5004");
        }
        for (const char* const name : {"httpThreadfinDomain", "httpsThreadfinDomain"}) {
            if (const std::string domain = settings_.text(name); !domain.empty()) {
                leave_out(name, "set PLEX_TUNER_BASE_URL to how Plex reaches this tuner");
            }
        }
        settings_.pass("httpsPort");
        if (settings_.flag("forceHttps")) {
            leave_out("forceHttps", "a tuner speaks HTTP, as the hardware does");
        }
        for (const char* const name : {"epgCategories", "epgCategoriesColors"}) {
            if (!settings_.text(name).empty()) {
                leave_out(name,
                    "categories are those of the guide; "
                    "PLEX_TUNER_GUIDE_PLEX_REPAIRS=categories adds those that Plex knows");
            }
        }
        settings_.pass("ignoreFilters");
    }

    void note_filters() {
        for (auto& [id, filter] : settings_.objects("filter")) {
            JsonObject fields(*filter, "filter: " + shown(id), problem_);
            std::string name = shown(fields.text("name"));
            if (name.empty()) {
                name = shown(fields.text("filter"));
            }
            if (fields.flag("active", true)) {
                leave_out("the filter " + name,
                    "the channels that it let in are in the table, those that the provider adds "
                    "later are not; write them in, or see PLEX_TUNER_LINEUP_CATEGORY and "
                    "PLEX_TUNER_LINEUP_EXCLUDE_REGEX");
            }
        }
    }

    JsonProblem problem_;
    JsonObject settings_;
    Imported result_;
    std::vector<Guide> guides_;
    std::string buffer_;
    std::string epg_source_;
    std::size_t accounts_ = 0;
    std::size_t row_count_ = 0;
};

} // namespace

Result<Imported> import_xteve(const std::filesystem::path& folder) {
    const auto settings_file = folder / "settings.json";
    const auto settings = read_json_object(settings_file);
    if (!settings) {
        return fail(settings.error());
    }
    Importer importer(*settings, settings_file.string());
    const bool uses_table = importer.uses_table();
    const XteveSources sources = importer.read_sources();
    if (uses_table) {
        const auto channels_file = folder / "xepg.json";
        const auto document = read_json_object(channels_file);
        if (!document) {
            return fail(document.error());
        }
        auto channels = read_xteve_channels(*document, channels_file.string(), sources);
        if (!channels) {
            return fail(std::move(channels).error());
        }
        importer.take_channels(std::move(*channels));
    }
    const auto addresses = read_json_object(folder / "urls.json");
    if (!addresses && addresses.error().code() != ErrorCode::not_found) {
        return fail(addresses.error());
    }
    auto imported = importer.finish(addresses ? &*addresses : nullptr);
    if (imported) {
        imported->inputs = {settings_file, folder / "xepg.json", folder / "urls.json"};
    }
    return imported;
}

} // namespace plex_tuner::migrate
