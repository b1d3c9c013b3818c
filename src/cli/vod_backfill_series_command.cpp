// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "index_settings.hpp"
#include "progress_printer.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/engine/series_backfill.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include <unistd.h>

namespace plex_tuner::cli {

namespace {

using engine::BackfillReport;
using engine::SeriesPassOutcome;

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -limit N\n        Ask for N series at most; the next run goes on there.\n"
    "  -older-than DAYS\n        Ask again for series whose episodes were fetched longer ago, "
    "too.\n"
    "  -progress-out FILE\n        Write how far it is to a JSON file, every 100 series and at the "
    "end.\n"
    "  -json\n        Print that object at the end.\n";
constexpr std::size_t kWriteEvery = 100;
constexpr unsigned kMode = 0644;

/// How far it is, as JSON.
class ProgressFile {
public:
    explicit ProgressFile(std::optional<std::filesystem::path> file) : file_(std::move(file)) {}

    void note(const SeriesPassOutcome& pass, const log::Logger& logger) {
        const std::size_t done = pass.fetched + pass.failed;
        if (done >= written_ + kWriteEvery) {
            written_ = done;
            write(pass, logger);
        }
    }

    void write(const SeriesPassOutcome& pass, const log::Logger& logger) const {
        if (!file_) {
            return;
        }
        auto file = AtomicFile::create(*file_, kMode);
        Result<void> done = file ? file->write(json(pass)) : Result<void>(fail(file.error()));
        if (done) {
            done = file->commit();
        }
        if (!done) {
            logger.warn("the progress is not written", {{"error", done.error()}});
        }
    }

    [[nodiscard]] std::string json(const SeriesPassOutcome& pass) const {
        const auto elapsed = std::chrono::duration_cast<std::chrono::seconds>(
            std::chrono::steady_clock::now() - began_);
        std::string text;
        const auto add = [&text](const char* name, auto value) {
            text.append(text.empty() ? "{\"" : ",\"").append(name).append("\":");
            text += std::to_string(value);
        };
        add("done", pass.fetched + pass.failed);
        add("ok", pass.fetched);
        add("fail", pass.failed);
        add("left", pass.wanted - pass.fetched);
        add("eps", pass.episodes);
        add("seasons", pass.seasons);
        add("started_at", started_at_.time_since_epoch().count());
        add("elapsed_s", elapsed.count());
        text += ",\"fail_examples\":[";
        for (const SeriesPassOutcome::Failure& failure : pass.failures) {
            text += &failure == &pass.failures.front() ? "{" : ",{";
            text += "\"series\":" + json_quoted(failure.series) +
                    ",\"reason\":" + json_quoted(failure.reason) + "}";
        }
        return text + "]}\n";
    }

private:
    std::optional<std::filesystem::path> file_;
    WallTime started_at_ = SystemClock().wall();
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::size_t written_ = 0;
};

[[nodiscard]] std::optional<std::uint32_t> number_of(const std::string& text) {
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

[[nodiscard]] std::string text_of(const BackfillReport& report) {
    const SeriesPassOutcome& pass = report.pass;
    const auto of = [](std::size_t count, const char* what) {
        return std::to_string(count) + " " + what;
    };
    std::string text;
    if (pass.wanted == 0) {
        text = report.interrupted ? "interrupted before the first series; run it again\n"
                                  : "no series lacks its episodes\n";
    } else {
        text = "episodes of " + std::to_string(pass.fetched) + " of " +
               of(pass.wanted, "series fetched") + ": " + of(pass.seasons, "seasons, ") +
               of(pass.episodes, "episodes") + "\n";
    }
    if (pass.failed > 0) {
        text += of(pass.failed, "series could not be had and keep the episodes they had:\n");
        for (const SeriesPassOutcome::Failure& failure : pass.failures) {
            text += "  " + failure.series + ": " + failure.reason + "\n";
        }
    }
    if (report.series > 0) {
        text += "catalog: " + of(report.series, "series, ") + of(report.episodes, "episodes\n");
    }
    if (pass.fetched < pass.wanted) {
        text += (report.interrupted ? "interrupted; " : "") +
                of(pass.wanted - pass.fetched, "series are left; run it again to go on\n");
    }
    return text;
}

} // namespace

ExitCode vod_backfill_series_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const bool as_json = take_switch(rest.arguments, "json");
    const auto limit = take_value(rest.arguments, "limit");
    const auto older_than = take_value(rest.arguments, "older-than");
    const auto progress_file = take_value(rest.arguments, "progress-out");
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const config::Config& config = begun.loaded.config;
    const log::Logger& logger = begun.logger;
    engine::BackfillRequest request;
    for (const auto& [name, value] : {std::pair("-limit", limit), {"-older-than", older_than}}) {
        if (value && !number_of(*value)) {
            logger.error("takes a number", {{"flag", name}, {"value", *value}});
            return ExitCode::bad_settings;
        }
    }
    if (limit && number_of(*limit) != 0U) { // 0: all, as the ancestor's
        request.limit = number_of(*limit);
    }
    if (older_than) {
        request.older_than = std::chrono::days(*number_of(*older_than));
    }
    auto options = make_index_options(config, logger);
    if (!options) {
        logger.error("cannot start", {{"error", options.error()}});
        return ExitCode::bad_settings;
    }
    if (std::ranges::all_of(options->accounts,
            [](const engine::Account& account) { return account.hosts.empty(); })) {
        logger.error(
            "no Xtream provider is configured; set PLEX_TUNER_PROVIDER_URL, _USER and _PASS");
        return ExitCode::failure;
    }
    ProgressPrinter printer(::isatty(STDERR_FILENO) == 1);
    ProgressFile file(progress_file);
    request.progress = [&](const engine::IndexProgress& progress) {
        if (!as_json) {
            printer.show(progress);
        }
        if (progress.series != nullptr) {
            file.note(*progress.series, logger);
        }
    };
    fetch::ClientOptions client_options = make_client_options(config);
    client_options.has_http_proxy = has_http_proxy(invocation);
    const auto report = engine::run_series_backfill(*options, client_options, request, logger);
    printer.clear();
    if (!report) {
        logger.error("the catalog that was there stays", {{"error", report.error()}});
        return ExitCode::failure;
    }
    if (!report->held_back.empty()) {
        logger.error("held back, the catalog that was there stays; if it is right, accept it with: "
                     "plex-tuner index -accept-shrink",
            {{"reason", report->held_back}});
        return ExitCode::failure;
    }
    file.write(report->pass, logger);
    std::fputs((as_json ? file.json(report->pass) : text_of(*report)).c_str(), stdout);
    if (report->interrupted) {
        return ExitCode::interrupted;
    }
    const SeriesPassOutcome& pass = report->pass;
    const bool as_asked = request.limit && pass.fetched >= *request.limit;
    return pass.failed == 0 && (pass.complete || as_asked) ? ExitCode::success : ExitCode::failure;
}

} // namespace plex_tuner::cli
