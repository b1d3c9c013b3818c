// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/log/logger.hpp>

#include <memory>
#include <string>
#include <vector>

namespace plex_tuner::log {

struct SinkOptions {
    Level level = Level::info;
    Format format = Format::text;
    /// Values that never appear in a line, whatever path they took: the last net behind Secret and
    /// Url::redacted. Values shorter than 4 bytes are not registered (they would eat words).
    std::vector<Secret> secrets;
};

/// One line per event on stderr.
/// text: 2026-11-23T10:00:00.123Z info  gateway viewer joined channel=5 viewer=3
/// json: {"time":"…","level":"info","module":"gateway","message":"viewer joined","channel":"5",…}
/// Line breaks and control bytes inside values are escaped, so an event is always one line.
[[nodiscard]] std::shared_ptr<Sink> make_stderr_sink(SinkOptions options);

/// The line of one event without the time stamp and without the final line break; what the sink
/// writes after it. Public for sinks of tests.
[[nodiscard]] std::string format_line(const Record& record, Format format);

} // namespace plex_tuner::log
