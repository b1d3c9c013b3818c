// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/catalog/catalog_file.hpp>
#include <plex_tuner/catalog/lanes.hpp>
#include <plex_tuner/catalog/taxonomy.hpp>

#include <cstdio>
#include <filesystem>
#include <map>
#include <string>

namespace plex_tuner::cli {

namespace {

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -out-dir DIRECTORY\n        Where the catalogs of the lanes and manifest.json go.\n"
    "  -dry-run\n        Print how many films and series each lane has, and write nothing.\n";
constexpr unsigned kManifestMode = 0644;

struct LaneCounts {
    std::size_t films = 0;
    std::size_t series = 0;
};

/// By lane; those that have something.
using Lanes = std::map<std::string_view, LaneCounts>;

/// With the taxonomy of today, not that of the day the catalog was written.
template <class Record>
[[nodiscard]] Record classified(const Record& record) {
    Record copy = record;
    catalog::apply_taxonomy(copy);
    return copy;
}

[[nodiscard]] Lanes count_lanes(const catalog::Catalog& catalog) {
    Lanes lanes;
    for (const catalog::Movie& movie : catalog.movies()) {
        ++lanes[catalog::lane_of(classified(movie))].films;
    }
    for (const catalog::Series& series : catalog.series()) {
        ++lanes[catalog::lane_of(classified(series))].series;
    }
    return lanes;
}

[[nodiscard]] Result<void> write_lane(
    const catalog::Catalog& catalog, std::string_view lane, const std::filesystem::path& file) {
    catalog::CatalogBuilder builder;
    for (const catalog::Movie& movie : catalog.movies()) {
        if (const catalog::Movie copy = classified(movie); catalog::lane_of(copy) == lane) {
            builder.add(copy);
        }
    }
    for (const catalog::Series& series : catalog.series()) {
        if (const catalog::Series copy = classified(series); catalog::lane_of(copy) == lane) {
            builder.add(copy);
        }
    }
    builder.sort_vod();
    return catalog::write_catalog_file(builder.build(), file);
}

[[nodiscard]] std::string manifest_of(const Lanes& lanes, const std::filesystem::path& source) {
    std::string text =
        "{\n  \"source_catalog\": " + json_quoted(source.string()) + ",\n  \"lanes\": {";
    std::string order;
    for (const std::string_view lane : catalog::lane_order()) {
        const auto found = lanes.find(lane);
        if (found == lanes.end()) {
            continue;
        }
        text.append(order.empty() ? "\n" : ",\n").append("    ").append(json_quoted(lane));
        text += ": {\"movies\": " + std::to_string(found->second.films) +
                ", \"series\": " + std::to_string(found->second.series) +
                ", \"file\": " + json_quoted(std::string(lane) + ".json") + "}";
        order.append(order.empty() ? "" : ", ").append(json_quoted(lane));
    }
    return text + "\n  },\n  \"lane_order\": [" + order + "]\n}\n";
}

[[nodiscard]] Result<void> write_manifest(
    const std::string& text, const std::filesystem::path& file) {
    auto out = AtomicFile::create(file, kManifestMode);
    if (!out) {
        return fail(std::move(out).error());
    }
    if (auto written = out->write(text); !written) {
        return written;
    }
    return out->commit();
}

[[nodiscard]] Result<void> write_all(const catalog::Catalog& catalog, const Lanes& lanes,
    const std::filesystem::path& source, const std::filesystem::path& directory) {
    for (const std::string_view lane : catalog::lane_order()) {
        const std::filesystem::path file = directory / (std::string(lane) + ".json");
        if (!lanes.contains(lane)) {
            // Of an earlier split: a mount of it would show what is elsewhere now.
            std::error_code ignored;
            std::filesystem::remove(file, ignored);
            continue;
        }
        if (auto written = write_lane(catalog, lane, file); !written) {
            return written;
        }
    }
    return write_manifest(manifest_of(lanes, source), directory / "manifest.json");
}

} // namespace

ExitCode vod_split_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const bool dry_run = take_switch(rest.arguments, "dry-run");
    const auto directory = take_value(rest.arguments, "out-dir");
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const log::Logger& logger = begun.logger;
    if (!dry_run && (!directory || directory->empty())) {
        logger.error("no directory is given for the lanes; name it with -out-dir");
        return ExitCode::bad_settings;
    }
    const std::filesystem::path& source = begun.loaded.config.catalog.file;
    const auto catalog = catalog::read_catalog_file(source);
    if (!catalog) {
        logger.error("cannot split the catalog", {{"error", catalog.error()}});
        return ExitCode::failure;
    }
    const Lanes lanes = count_lanes(*catalog);
    if (!dry_run) {
        if (auto written = write_all(*catalog, lanes, source, *directory); !written) {
            logger.error("cannot write the lanes", {{"error", written.error()}});
            return ExitCode::failure;
        }
    }
    for (const std::string_view lane : catalog::lane_order()) {
        if (const auto found = lanes.find(lane); found != lanes.end()) {
            std::printf("%-13s %7zu films %7zu series\n", std::string(lane).c_str(),
                found->second.films, found->second.series);
        }
    }
    if (dry_run) {
        std::puts("dry run: nothing was written");
    }
    return ExitCode::success;
}

} // namespace plex_tuner::cli
