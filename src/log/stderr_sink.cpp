// SPDX-License-Identifier: GPL-3.0-or-later
#include "secret_scrubber.hpp"

#include <plex_tuner/log/stderr_sink.hpp>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace plex_tuner::log {
namespace {

constexpr const char* kTextPattern = "%Y-%m-%dT%H:%M:%S.%eZ %v";
/// The payload is the JSON object without its opening brace.
constexpr const char* kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v)";

[[nodiscard]] spdlog::level::level_enum to_spdlog(Level level) noexcept {
    switch (level) {
    case Level::debug:
        return spdlog::level::debug;
    case Level::info:
        return spdlog::level::info;
    case Level::warn:
        return spdlog::level::warn;
    case Level::error:
        return spdlog::level::err;
    }
    return spdlog::level::err;
}

[[nodiscard]] std::vector<Field> scrubbed(
    std::span<const Field> fields, const SecretScrubber& scrubber) {
    std::vector<Field> out(fields.begin(), fields.end());
    for (Field& field : out) {
        if (!field.is_number) {
            field.value = scrubber.scrub(field.value);
        }
    }
    return out;
}

/// spdlog writes and stamps; the logger object is ours alone and in no registry.
class StderrSink final : public Sink {
public:
    explicit StderrSink(const SinkOptions& options)
        : level_(options.level), format_(options.format), scrubber_(options.secrets),
          output_("plex-tuner", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
        output_.set_level(to_spdlog(level_));
        output_.set_formatter(std::make_unique<spdlog::pattern_formatter>(
            format_ == Format::json ? kJsonPattern : kTextPattern, spdlog::pattern_time_type::utc,
            "\n"));
    }

    [[nodiscard]] bool enabled(Level level) const noexcept override { return level >= level_; }

    void write(const Record& record) override {
        if (!enabled(record.level)) {
            return;
        }
        // Scrubbed before it is formatted: escaping could hide a secret from the search.
        const std::string message = scrubber_.scrub(record.message);
        const std::vector<Field> context = scrubbed(record.context, scrubber_);
        const std::vector<Field> fields = scrubbed(record.fields, scrubber_);
        const std::string line = format_line(Record{.level = record.level,
                                                 .module = record.module,
                                                 .message = message,
                                                 .context = context,
                                                 .fields = fields},
            format_);
        const std::string_view payload =
            format_ == Format::json ? std::string_view(line).substr(1) : std::string_view(line);
        output_.log(to_spdlog(record.level), spdlog::string_view_t(payload.data(), payload.size()));
    }

private:
    Level level_;
    Format format_;
    SecretScrubber scrubber_;
    spdlog::logger output_;
};

} // namespace

std::shared_ptr<Sink> make_stderr_sink(const SinkOptions& options) {
    return std::make_shared<StderrSink>(options);
}

} // namespace plex_tuner::log
