// SPDX-License-Identifier: GPL-3.0-or-later
#include "transcode_overrides.hpp"

#include <plex_tuner/base/atomic_file.hpp>

#include <string>
#include <utility>

namespace plex_tuner::engine {
namespace {

constexpr std::size_t kMaxFile = std::size_t{4} << 20;

/// Into `last`, which stays as it is when the file is of no use.
template <class Map, class Parse>
void read_into(
    Map& last, const std::filesystem::path& file, Parse parse, const log::Logger& logger) {
    if (file.empty()) {
        return;
    }
    auto text = read_file(file, kMaxFile);
    auto read = text ? parse(*text) : Result<Map>(fail(text.error()));
    if (!read) {
        logger.error("transcoding overrides not read, those read before stay",
            {{"file", file.string()}, {"error", read.error()}, {"channels", last.size()}});
        return;
    }
    last = *std::move(read);
    logger.info("transcoding overrides", {{"file", file.string()}, {"channels", last.size()}});
}

} // namespace

TranscodeOverridesReader::TranscodeOverridesReader(
    TranscodeOverrideFiles files, gateway::Gateway& gateway, log::Logger logger)
    : files_(std::move(files)), gateway_(gateway), logger_(std::move(logger)) {}

void TranscodeOverridesReader::read() {
    read_into(last_.transcode, files_.transcode, gateway::parse_transcode_overrides, logger_);
    read_into(last_.profiles, files_.profiles, gateway::parse_profile_overrides, logger_);
    if (!files_.transcode.empty() || !files_.profiles.empty()) {
        gateway_.set_transcode_overrides(last_);
    }
    auto problems = gateway_.transcode_problems();
    if (problems != told_) {
        for (const std::string& problem : problems) {
            logger_.error("transcoding cannot work as configured", {{"problem", problem}});
        }
        told_ = std::move(problems);
    }
}

} // namespace plex_tuner::engine
