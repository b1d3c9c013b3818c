// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "lineup_settings.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/engine/lineup_preview.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <span>

namespace plex_tuner::cli {

namespace {

using catalog::LiveChannel;
using engine::LineupPreview;

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -explain <channel>\n        Say through which stages a channel went and why it has its "
    "number. <channel> is\n        its number, its id, its guide id, or a part of its name.\n"
    "  -removed\n        List the channels that are left out, and why, and the rows of "
    "LINEUP_CHANNELS_FILE that are\n        no channel.\n"
    "  -shards\n        Say how many tuners the lineup needs (see LINEUP_SHARD), and what each "
    "would hold.\n"
    "  -rules\n        Print the table of categories (see LINEUP_CATEGORY, LINEUP_RULES_FILE).\n"
    "  -json\n        Print the lineup as JSON.\n";

/// Explanations of so many channels are a page, more are noise.
constexpr std::size_t kMaxExplained = 20;

std::string padded(std::string_view text, std::size_t width) {
    const auto is_lead = [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
    };
    const auto shown = static_cast<std::size_t>(std::ranges::count_if(text, is_lead));
    return std::string(text) + std::string(shown < width ? width - shown : 0, ' ');
}

std::string stages_text(const lineup::Report& report, const lineup::ChannelTable* table) {
    std::string text = std::to_string(report.catalog_channels) + " channels in the catalog\n";
    for (const lineup::StageReport& stage : report.stages) {
        text += "  " + padded(stage.stage, 14) + std::to_string(stage.after) + " kept, " +
                std::to_string(stage.before - stage.after) + " left out\n";
    }
    if (report.table) {
        const std::string problem = lineup::table_problem(*table, *report.table);
        text += problem + (problem.empty() ? "" : "\n");
    }
    return text;
}

std::string lineup_text(const LineupPreview& preview, const lineup::ChannelTable* table) {
    constexpr std::size_t kNumberWidth = 8;
    constexpr std::size_t kNameWidth = 36;
    constexpr std::size_t kIdWidth = 28;
    std::string text;
    for (const lineup::Channel& channel : preview.lineup->channels()) {
        text += padded(channel.guide_number, kNumberWidth) + " " +
                padded(channel.guide_name, kNameWidth) + " " + padded(channel.tvg_id, kIdWidth) +
                " " + std::string(channel.group) + "\n";
    }
    return text + stages_text(preview.report, table) +
           std::to_string(preview.lineup->channels().size()) + " channels in the lineup\n";
}

std::string table_json(const lineup::TableUse& use, const lineup::ChannelTable& table) {
    std::string text = ",\"table\":{\"rows\":" + std::to_string(use.rows) + ",\"unanswered\":[";
    bool first = true;
    for (const std::size_t index : use.unanswered) {
        const lineup::TableRow& row = table.rows()[index];
        text += std::string(first ? "" : ",") + "{\"number\":" + json_quoted(row.number) +
                ",\"tvg_id\":" + json_quoted(row.tvg_id) + ",\"name\":" + json_quoted(row.name) +
                "}";
        first = false;
    }
    return text + "]}";
}

std::string lineup_json(const LineupPreview& preview, const lineup::ChannelTable* table) {
    std::string text = "{\"catalog_channels\":" + std::to_string(preview.report.catalog_channels) +
                       ",\"stages\":[";
    bool first = true;
    for (const lineup::StageReport& stage : preview.report.stages) {
        text += std::string(first ? "" : ",") + "{\"stage\":" + json_quoted(stage.stage) +
                ",\"before\":" + std::to_string(stage.before) +
                ",\"after\":" + std::to_string(stage.after) + "}";
        first = false;
    }
    text += "]";
    if (preview.report.table) {
        text += table_json(*preview.report.table, *table);
    }
    text += ",\"channels\":[";
    first = true;
    for (const lineup::Channel& channel : preview.lineup->channels()) {
        text += std::string(first ? "" : ",") +
                "{\"guide_number\":" + json_quoted(channel.guide_number) +
                ",\"name\":" + json_quoted(channel.guide_name) +
                ",\"id\":" + json_quoted(channel.channel_id) +
                ",\"tvg_id\":" + json_quoted(channel.tvg_id) +
                ",\"group\":" + json_quoted(channel.group) + "}";
        first = false;
    }
    return text + "]}\n";
}

std::string removed_text(const LineupPreview& preview, const lineup::ChannelTable* table) {
    std::string text;
    for (const engine::Removal& removal : preview.removals) {
        text += std::string(preview.catalog->live_channels()[removal.channel].guide_name) + ": " +
                std::string(removal.stage) + ": " + removal.reason + "\n";
    }
    if (preview.report.table) {
        for (const std::size_t index : preview.report.table->unanswered) {
            text += lineup::named_rows(*table, std::span(&index, 1)) +
                    ": table: no channel of the catalog is this row\n";
        }
    }
    return text + stages_text(preview.report, table);
}

std::string number_reason(const lineup::Channel& channel, const LiveChannel& source) {
    const std::string wanted(ascii::trim(source.guide_number));
    switch (channel.number_origin) {
    case lineup::NumberOrigin::fixed:
        return "LINEUP_CHANNELS_FILE gives it";
    case lineup::NumberOrigin::kept:
        return "it was given this number before" + (wanted.empty() || wanted == channel.guide_number
                                                           ? std::string()
                                                           : "; its source names " + wanted);
    case lineup::NumberOrigin::wanted:
        return wanted == channel.guide_number
                   ? "its source names it"
                   : "its source names " + wanted + ", and GUIDE_NUMBER_OFFSET is added";
    case lineup::NumberOrigin::next_free:
        return wanted.empty() ? "its source names none, and this was the next free one"
                              : "its source names " + wanted +
                                    ", which is no number or taken; this was the next free one";
    }
    return {};
}

std::string explanation(
    const LineupPreview& preview, std::size_t index, const lineup::Pipeline& pipeline) {
    const LiveChannel& source = preview.catalog->live_channels()[index];
    const lineup::ChannelClass its = pipeline.rules().classify(
        {.name = source.guide_name, .tvg_id = source.tvg_id, .group = source.group_title});
    std::string text =
        std::string(source.guide_name) + "\n  id " + std::string(source.channel_id) +
        ", guide id " + (source.tvg_id.empty() ? "none" : std::string(source.tvg_id)) + ", group " +
        (source.group_title.empty() ? "none" : std::string(source.group_title)) + "\n  region " +
        std::string(its.region) + ", type " + std::string(its.type) + "\n";
    const auto removal = std::ranges::find(preview.removals, index, &engine::Removal::channel);
    for (const lineup::StageReport& stage : preview.report.stages) {
        if (removal != preview.removals.end() && removal->stage == stage.stage) {
            text += "  " + std::string(stage.stage) + ": left out, " + removal->reason + "\n";
            return text;
        }
        text += "  " + std::string(stage.stage) + ": kept\n";
    }
    if (const lineup::Channel* channel = preview.lineup->find_id(source.channel_id)) {
        const auto place = channel - preview.lineup->channels().data() + 1;
        text += "  in the lineup at place " + std::to_string(place) + " with number " +
                channel->guide_number + ": " + number_reason(*channel, source) + "\n";
    }
    return text;
}

/// The channels of the catalog that `wanted` means.
std::vector<std::size_t> find_channels(const LineupPreview& preview, std::string_view wanted) {
    const auto live = preview.catalog->live_channels();
    const lineup::Channel* by_number = preview.lineup->find_number(wanted);
    std::vector<std::size_t> exact;
    std::vector<std::size_t> part;
    for (std::size_t i = 0; i < live.size(); ++i) {
        const LiveChannel& channel = live[i];
        if (channel.channel_id == wanted || ascii::iequals(channel.tvg_id, wanted) ||
            ascii::iequals(channel.guide_name, wanted) ||
            (by_number != nullptr && by_number->channel_id == channel.channel_id)) {
            exact.push_back(i);
        } else if (ascii::icontains(channel.guide_name, wanted)) {
            part.push_back(i);
        }
    }
    return exact.empty() ? part : exact;
}

ExitCode explain(
    const LineupPreview& preview, std::string_view wanted, const lineup::Pipeline& pipeline) {
    const auto found = find_channels(preview, wanted);
    if (found.empty()) {
        std::fprintf(stderr,
            "plex-tuner: no channel of the catalog has the number, id, guide id "
            "or name '%s'\n",
            std::string(wanted).c_str());
        return ExitCode::failure;
    }
    std::string text;
    for (std::size_t i = 0; i < std::min(found.size(), kMaxExplained); ++i) {
        text += explanation(preview, found[i], pipeline);
    }
    if (found.size() > kMaxExplained) {
        text += std::to_string(found.size() - kMaxExplained) +
                " more channels have this in their name\n";
    }
    std::fputs(text.c_str(), stdout);
    return ExitCode::success;
}

Result<LineupPreview> make_preview(const config::Config& config, const lineup::Options& options) {
    return engine::preview_lineup(config.catalog.file,
        engine::number_book_file(options, lineup_name(config), config.catalog.state_directory,
            config.catalog.shared_directory),
        options);
}

/// Channels of the lineup before it is capped.
std::size_t channels_before_cap(const lineup::Report& report) {
    return report.stages.empty()                             ? report.catalog_channels
           : report.stages.back().stage == lineup::kCapStage ? report.stages.back().before
                                                             : report.stages.back().after;
}

/// How many tuners it takes, and what they hold: those of LINEUP_SHARD, else as many as needed.
Result<std::string> shards_text(const config::Config& config, const LineupPreview& preview) {
    lineup::Report report = preview.report;
    if (!report.division) {
        const lineup::Shard first{1, lineup::shards_needed(channels_before_cap(report))};
        auto options = make_lineup_options(config, first);
        if (!options) {
            return fail(std::move(options).error());
        }
        auto divided = make_preview(config, *options);
        if (!divided) {
            return fail(std::move(divided).error());
        }
        report = std::move(divided->report);
    }
    const lineup::Division& division = *report.division;
    std::string text;
    for (std::size_t i = 0; i < division.shard_sizes.size(); ++i) {
        text += "LINEUP_SHARD=" + std::to_string(i + 1) + "/" +
                std::to_string(division.shard_sizes.size()) + "  " +
                std::to_string(division.shard_sizes[i]) + " channels\n";
    }
    if (division.without_room > 0) {
        text += std::to_string(division.without_room) + " channels find no room\n";
    }
    return text + std::to_string(division.channels) + " channels need " +
           std::to_string(lineup::shards_needed(division.channels)) + " tuners of at most " +
           std::to_string(lineup::kMaxShardChannels) + " channels\n";
}

} // namespace

ExitCode lineup_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const bool json = take_switch(rest.arguments, "json");
    const bool rules = take_switch(rest.arguments, "rules");
    const bool removed = take_switch(rest.arguments, "removed");
    const bool shards = take_switch(rest.arguments, "shards");
    const auto explained = take_value(rest.arguments, "explain");
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    if (rules) {
        std::fputs(std::string(lineup::builtin_category_rules()).c_str(), stdout);
        return ExitCode::success;
    }
    const config::Config& config = begun.loaded.config;
    const log::Logger& logger = begun.logger;
    auto options = make_lineup_options(config);
    if (!options) {
        logger.error("cannot make the lineup", {{"error", options.error()}});
        return ExitCode::bad_settings;
    }
    const auto preview = make_preview(config, *options);
    if (!preview) {
        logger.error("cannot make the lineup; `plex-tuner index` makes a catalog",
            {{"error", preview.error()}});
        return ExitCode::failure;
    }
    if (explained) {
        return explain(*preview, *explained, options->pipeline);
    }
    if (shards) {
        const auto text = shards_text(config, *preview);
        if (!text) {
            logger.error("cannot divide the lineup", {{"error", text.error()}});
            return ExitCode::failure;
        }
        std::fputs(text->c_str(), stdout);
        return ExitCode::success;
    }
    const lineup::ChannelTable* const table = options->pipeline.table().get();
    std::fputs((removed   ? removed_text(*preview, table)
                   : json ? lineup_json(*preview, table)
                          : lineup_text(*preview, table))
                   .c_str(),
        stdout);
    return ExitCode::success;
}

} // namespace plex_tuner::cli
