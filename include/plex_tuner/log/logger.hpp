// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/error.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/secret.hpp>
#include <plex_tuner/base/url.hpp>

#include <concepts>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace plex_tuner::log {

enum class Level { debug, info, warn, error };
enum class Format { text, json };

/// One key=value pair of an event. Keys are stable, lower-case words joined by '_', and string
/// literals: they are kept as views for as long as a logger with them lives.
struct Field {
    std::string_view key;
    std::string value;
    bool is_number = false;

    Field(std::string_view k, std::string_view v) : key(k), value(v) {}

    Field(std::string_view k, const char* v) : key(k), value(v) {}

    Field(std::string_view k, std::string v) : key(k), value(std::move(v)) {}

    Field(std::string_view k, bool v) : key(k), value(v ? "true" : "false"), is_number(true) {}

    template <std::integral T>
        requires(!std::same_as<T, bool> && !std::same_as<T, char>)
    Field(std::string_view k, T v) : key(k), value(std::to_string(v)), is_number(true) {}

    Field(std::string_view k, const Url& url) : key(k), value(url.redacted()) {}

    Field(std::string_view k, const Error& error) : key(k), value(error.message()) {}

    Field(std::string_view k, const Secret&) = delete;
};

/// One event as it reaches a sink.
struct Record {
    Level level;
    std::string_view module;
    std::string_view message;
    std::span<const Field> context; ///< fields of the logger (channel, request, …)
    std::span<const Field> fields;  ///< fields of this event
};

/// Where events go. write() may be called from every thread at once.
class Sink {
public:
    virtual ~Sink() = default;
    [[nodiscard]] virtual bool enabled(Level level) const noexcept = 0;
    virtual void write(const Record& record) = 0;
};

/// A value handle: cheap to copy, safe to use from any thread, keeps its sink alive. Messages are
/// short, lower-case, stable phrases ("viewer joined"); what varies goes into fields.
class Logger {
public:
    /// A logger that drops everything.
    Logger() = default;
    Logger(std::shared_ptr<Sink> sink, std::string module);

    /// The same sink under another module name, without context fields.
    [[nodiscard]] Logger module(std::string name) const;
    /// The same logger with more context fields on every event; a field replaces an earlier one of
    /// the same key.
    [[nodiscard]] Logger with(std::initializer_list<Field> fields) const;

    [[nodiscard]] bool enabled(Level level) const noexcept;
    void write(
        Level level, std::string_view message, std::initializer_list<Field> fields = {}) const;

    void debug(std::string_view message, std::initializer_list<Field> fields = {}) const {
        write(Level::debug, message, fields);
    }

    void info(std::string_view message, std::initializer_list<Field> fields = {}) const {
        write(Level::info, message, fields);
    }

    void warn(std::string_view message, std::initializer_list<Field> fields = {}) const {
        write(Level::warn, message, fields);
    }

    void error(std::string_view message, std::initializer_list<Field> fields = {}) const {
        write(Level::error, message, fields);
    }

private:
    struct State;
    std::shared_ptr<const State> state_;
};

} // namespace plex_tuner::log
