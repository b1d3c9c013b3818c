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
    /// Url::redacted. Their percent-encoded spellings are covered too. Values shorter than 4 bytes
    /// are not registered (they would eat words).
    std::vector<Secret> secrets{};
};

/// Values longer than this are cut, with "..." at the end.
inline constexpr std::size_t kMaxValueBytes = 4096;

/// One line per event on stderr, flushed at once; thread-safe.
/// text: 2026-11-23T10:00:00.123Z info  gateway viewer joined channel=5 viewer=3
/// json: {"time":"2026-11-23T10:00:00.123Z","level":"info","module":"gateway",
///        "message":"viewer joined","channel":"a b","viewer":3}   (one line)
/// Text values are quoted when they are empty or hold blanks, quotes, '=' or control bytes. Line
/// breaks and control bytes are escaped, so an event is always one line. A field of the event
/// replaces a context field of the same key; in JSON a field named like a fixed member (time,
/// level, module, message) gets a '_' behind its key. URLs inside values and messages are redacted.
[[nodiscard]] std::shared_ptr<Sink> make_stderr_sink(const SinkOptions& options);

/// The line of one event without time stamp and line break: the text after it, or the JSON object
/// without "time". Neither scrubs nor redacts. Public for sinks of tests.
[[nodiscard]] std::string format_line(const Record& record, Format format);

/// "debug", "info", "warn", "error"
[[nodiscard]] std::string_view to_string(Level level) noexcept;

} // namespace plex_tuner::log
