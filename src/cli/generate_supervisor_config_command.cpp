// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/fleet/generate.hpp>
#include <plex_tuner/fleet/kubernetes.hpp>

#include <array>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace plex_tuner::cli {

namespace {

/// The playlist's address may hold a password.
constexpr unsigned kPrivate = 0600;
constexpr unsigned kPublic = 0644;
constexpr std::size_t kMaxCounts = std::size_t{1} << 20;
constexpr int kMostChannels = 1'000'000;

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -out-json FILE\n        The configuration; default "
    "plextuner-supervisor-multi.generated.json, - for stdout.\n"
    "  -out-tsv FILE\n        A table of the tuners for moving Plex to them; default "
    "plextuner-supervisor-cutover-map.generated.tsv, - for stdout.\n"
    "  -category-counts-json FILE\n        Channels of each category: {\"sports\": 958}. One with "
    "more than -category-cap gets several tuners.\n"
    "  -category-cap N\n        Channels of one tuner; default 479.\n"
    "  -hdhr-lineup-max N\n        Channels of the tuner in the network; default 479, -1: all.\n"
    "  -hdhr-live-epg-only[=false]\n        Of that one: only channels that name a guide id; "
    "default "
    "false.\n"
    "  -hdhr-epg-prune[=false]\n        Of that one: leave out channels without a guide; default "
    "true.\n"
    "  -hdhr-region-profile none|auto|na_en\n        Order of its channels; default auto, which is "
    "na_en.\n"
    "  -hdhr-m3u-url URL, -hdhr-xmltv-url URL, -cat-m3u-url URL, -cat-xmltv-url URL\n        Lists "
    "and guides of that one and of the others; those of the supervisor's environment unless "
    "given.\n"
    "  -shard-by lineup|skip\n        How a large category is divided: in one book of numbers in "
    "which "
    "a channel stays on its tuner (default), or by skipping.\n"
    "  -base-url TEXT\n        How Plex reaches the tuners; {name} and {port} are theirs. Default "
    "http://plextuner-{name}.plex.svc:5004.\n"
    "  -old-uri-template TEXT\n        Where Plex has them now, for the table; {category} is the "
    "name.\n"
    "  -data-dir DIRECTORY\n        Where they keep their catalogs; default /var/lib/plextuner.\n"
    "  -env-file FILE\n        Named in the configuration, for secrets; may be given several "
    "times.\n"
    "  -k8s DIRECTORY\n        Write manifests for Kubernetes, too, for `kubectl apply -k "
    "DIRECTORY`: a pod in the node's network, a Service for each tuner. The configuration goes "
    "there as supervise.json, "
    "the table as tuners.tsv; -data-dir is /data, and -env-file the Secret "
    "plextuner-supervisor. Addresses with a password are refused: they belong into that Secret.\n"
    "  -force\n        With -k8s: write over files that are there.\n"
    "  -k8s-namespace NAME\n        Default plex.\n"
    "  -k8s-image NAME\n        Default plex-tuner:0.1.0.\n";

struct Switches {
    std::string out_json;
    std::string out_tsv;
    std::optional<std::string> counts;
    std::optional<std::string> k8s; ///< the directory
    bool force = false;
    fleet::KubernetesOptions kubernetes;
    fleet::GenerateOptions options;
    std::string wrong;
};

void take_number(std::vector<std::string>& arguments, const char* name, int least, int& value,
    std::string& wrong) {
    const auto text = take_value(arguments, name);
    if (!text) {
        return;
    }
    const auto number = ascii::parse_integer<int>(*text);
    if (number && *number >= least && *number != 0 && *number <= kMostChannels) {
        value = *number;
    } else {
        wrong = "-" + std::string(name) + " is a number of channels";
    }
}

void take_word(std::vector<std::string>& arguments, const char* name, std::string& value) {
    if (auto text = take_value(arguments, name)) {
        value = std::move(*text);
    }
}

Switches take_switches(std::vector<std::string>& arguments) {
    Switches switches;
    fleet::GenerateOptions& options = switches.options;
    switches.k8s = take_value(arguments, "k8s");
    if (switches.k8s && switches.k8s->empty()) {
        switches.wrong = "-k8s needs a directory";
    }
    take_word(arguments, "k8s-namespace", switches.kubernetes.name_space);
    take_word(arguments, "k8s-image", switches.kubernetes.image);
    switches.force = take_switch(arguments, "force");
    const auto out_json = take_value(arguments, "out-json");
    if (out_json && switches.k8s) {
        switches.wrong = "-out-json does not go with -k8s: the manifests name supervise.json in "
                         "their own directory";
    }
    switches.out_json =
        out_json.value_or(switches.k8s ? *switches.k8s + "/supervise.json"
                                       : "plextuner-supervisor-multi.generated.json");
    switches.out_tsv =
        take_value(arguments, "out-tsv")
            .value_or(switches.k8s ? *switches.k8s + "/tuners.tsv"
                                   : "plextuner-supervisor-cutover-map.generated.tsv");
    if (switches.k8s) {
        options.data_directory = fleet::kKubernetesDataDirectory;
        options.base_url =
            "http://plextuner-{name}." + switches.kubernetes.name_space + ".svc:5004";
        options.main_has_no_base_url = true;
    }
    switches.counts = take_value(arguments, "category-counts-json");
    take_number(arguments, "category-cap", 1, options.category_cap, switches.wrong);
    take_number(arguments, "hdhr-lineup-max", -1, options.main_cap, switches.wrong);
    options.main_epg_only =
        take_on_or_off(arguments, "hdhr-live-epg-only", options.main_epg_only, switches.wrong);
    options.main_epg_prune =
        take_on_or_off(arguments, "hdhr-epg-prune", options.main_epg_prune, switches.wrong);
    take_word(arguments, "hdhr-m3u-url", options.main_playlist);
    take_word(arguments, "hdhr-xmltv-url", options.main_guide);
    take_word(arguments, "cat-m3u-url", options.category_playlist);
    take_word(arguments, "cat-xmltv-url", options.category_guide);
    take_word(arguments, "base-url", options.base_url);
    take_word(arguments, "old-uri-template", options.old_url);
    take_word(arguments, "data-dir", options.data_directory);
    options.environment_files = take_values(arguments, "env-file");
    if (switches.k8s && options.environment_files.empty()) {
        options.environment_files = {fleet::kKubernetesSecretFile};
    }
    const std::string region = take_value(arguments, "hdhr-region-profile").value_or("auto");
    if (region == "none") {
        options.region.clear();
    } else if (region != "auto" && region != "na_en") {
        switches.wrong = "-hdhr-region-profile is none, auto or na_en";
    }
    const std::string shard_by = take_value(arguments, "shard-by").value_or("lineup");
    if (shard_by == "skip") {
        options.shard_by = fleet::ShardBy::skip;
    } else if (shard_by != "lineup") {
        switches.wrong = "-shard-by is lineup or skip";
    }
    return switches;
}

/// A ConfigMap is for everybody in the namespace to read. Empty: there is none.
std::string credentials_in_manifests(const fleet::GenerateOptions& options) {
    const std::array<std::pair<const char*, const std::string*>, 5> addresses{
        {{"-hdhr-m3u-url", &options.main_playlist}, {"-hdhr-xmltv-url", &options.main_guide},
            {"-cat-m3u-url", &options.category_playlist},
            {"-cat-xmltv-url", &options.category_guide}, {"-base-url", &options.base_url}}};
    for (const auto& [flag, address] : addresses) {
        if (redact_text(*address) != *address) {
            return std::string(flag) +
                   " has a password or a token in it, which -k8s would put into a ConfigMap; put "
                   "PLEX_TUNER_M3U_URL or PLEX_TUNER_XMLTV_URL into provider.env, of the Secret "
                   "plextuner-supervisor";
        }
    }
    return {};
}

Result<void> write(const std::string& file, const std::string& text, unsigned mode = kPrivate) {
    if (file == "-") {
        std::fputs(text.c_str(), stdout);
        return {};
    }
    auto out = AtomicFile::create(file, mode);
    if (!out) {
        return fail(std::move(out).error());
    }
    if (auto written = out->write(text); !written) {
        return written;
    }
    return out->commit();
}

struct Output {
    std::string file;
    std::string text;
    unsigned mode;
};

/// Fails where one of them is there already.
Result<void> check_places(const std::vector<Output>& outputs) {
    namespace fs = std::filesystem;
    for (const Output& output : outputs) {
        if (output.file == "-") {
            continue;
        }
        std::error_code error;
        const fs::file_type type = fs::symlink_status(output.file, error).type();
        if (type == fs::file_type::none) {
            return fail(Error::from_errno(error.value(), "cannot look at '" + output.file + "'"));
        }
        if (type != fs::file_type::not_found) {
            return fail(ErrorCode::invalid_argument, output.file +
                                                         " is there already; -force writes over "
                                                         "what is there, -k8s takes another "
                                                         "directory");
        }
    }
    return {};
}

} // namespace

ExitCode generate_supervisor_config_command(const Invocation& invocation) {
    Invocation rest = invocation;
    Switches switches = take_switches(rest.arguments);
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const log::Logger& logger = begun.logger;
    if (!switches.wrong.empty()) {
        logger.error(switches.wrong);
        return ExitCode::bad_settings;
    }
    if (switches.k8s) {
        if (const std::string wrong = credentials_in_manifests(switches.options); !wrong.empty()) {
            logger.error(wrong);
            return ExitCode::bad_settings;
        }
    }
    if (switches.counts) {
        auto text = read_file(*switches.counts, kMaxCounts);
        auto counts = text ? fleet::parse_category_counts(*text)
                           : Result<fleet::CategoryCounts>(fail(std::move(text).error()));
        if (!counts) {
            logger.error("the counts cannot be used",
                {{"file", *switches.counts}, {"error", counts.error()}});
            return ExitCode::bad_settings;
        }
        switches.options.counts = std::move(*counts);
    }
    const auto generated = fleet::generate_fleet(switches.options);
    if (!generated) {
        logger.error("nothing was written", {{"error", generated.error()}});
        return ExitCode::bad_settings;
    }
    for (const std::string& warning : generated->warnings) {
        logger.warn(warning);
    }
    std::vector<Output> outputs{{switches.out_json, generated->json, kPrivate},
        {switches.out_tsv, generated->table, kPrivate}};
    if (switches.k8s) {
        auto manifests = fleet::kubernetes_manifests(*generated, switches.kubernetes);
        if (!manifests) {
            logger.error("nothing was written", {{"error", manifests.error()}});
            return ExitCode::bad_settings;
        }
        for (fleet::KubernetesFile& file : *manifests) {
            outputs.push_back({*switches.k8s + "/" + file.name, std::move(file.text), kPublic});
        }
        if (!switches.force) {
            if (auto checked = check_places(outputs); !checked) {
                logger.error("nothing was written", {{"error", checked.error()}});
                return ExitCode::failure;
            }
        }
    }
    for (const auto& [file, text, mode] : outputs) {
        if (auto written = write(file, text, mode); !written) {
            logger.error("cannot write", {{"file", file}, {"error", written.error()}});
            return ExitCode::failure;
        }
        if (file != "-") {
            logger.info("written", {{"file", file}});
        }
    }
    return ExitCode::success;
}

} // namespace plex_tuner::cli
