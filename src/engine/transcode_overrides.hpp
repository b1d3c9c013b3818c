// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/gateway/gateway.hpp>
#include <plex_tuner/log/logger.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace plex_tuner::engine {

/// The files in which the user says of single channels what is transcoded; empty: there is none.
struct TranscodeOverrideFiles {
    std::filesystem::path transcode;
    std::filesystem::path profiles;
};

/// Reads them for a gateway. One that cannot be read, or is wrong, is named in the log, and what
/// was last read of it stays. Used by one thread at a time.
class TranscodeOverridesReader {
public:
    /// `gateway` outlives it.
    TranscodeOverridesReader(
        TranscodeOverrideFiles files, gateway::Gateway& gateway, log::Logger logger);

    /// Waits for the disk.
    void read();

private:
    TranscodeOverrideFiles files_;
    gateway::Gateway& gateway_;
    log::Logger logger_;
    gateway::TranscodeOverrides last_;
    std::vector<std::string> told_; ///< problems
};

} // namespace plex_tuner::engine
