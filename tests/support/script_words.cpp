// SPDX-License-Identifier: GPL-3.0-or-later
#include "script_words.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace plex_tuner::testing {
namespace {

using Kind = ScriptError::Kind;

constexpr std::size_t kMostTimes = 1'000'000; // packets, bytes, answers: no test needs more
constexpr std::chrono::hours kLongest{48};    // the clocks wrap after 26.5
constexpr std::int64_t kTicksPerMs = 90;
constexpr double kSlowest = 0.01;
constexpr double kFastest = 1000;

[[nodiscard]] std::unexpected<Kind> fault(Kind kind) {
    return std::unexpected(kind);
}

template <class Number>
[[nodiscard]] ParsedWord<Number> to_number(std::string_view word) {
    Number value{};
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error == std::errc::result_out_of_range) {
        return fault(Kind::out_of_range);
    }
    if (error != std::errc() || end != word.data() + word.size()) {
        return fault(Kind::bad_value);
    }
    return value;
}

struct TimeUnit {
    std::string_view name;
    std::int64_t milliseconds;
};

/// "ms" before "s" and "m": the longest name that fits is the unit.
constexpr std::array kUnits{
    TimeUnit{"ms", 1}, TimeUnit{"s", 1000}, TimeUnit{"m", 60'000}, TimeUnit{"h", 3'600'000}};

[[nodiscard]] ParsedWord<step::Time> to_time(std::string_view word) {
    for (const TimeUnit& unit : kUnits) {
        if (!word.ends_with(unit.name)) {
            continue;
        }
        word.remove_suffix(unit.name.size());
        const auto value = to_number<std::uint32_t>(word);
        if (!value) {
            return fault(value.error());
        }
        const step::Time time(*value * unit.milliseconds);
        return time > kLongest ? ParsedWord<step::Time>(fault(Kind::out_of_range)) : time;
    }
    return fault(Kind::bad_value);
}

/// +TIME, -TIME, +TICKS or +2^N, in ticks of 90 kHz.
[[nodiscard]] ParsedWord<std::int64_t> to_shift(std::string_view word) {
    const bool back = word.starts_with('-');
    if (!back && !word.starts_with('+')) {
        return fault(Kind::bad_value);
    }
    word.remove_prefix(1);
    std::int64_t ticks = 0;
    if (word.starts_with("2^")) {
        const auto power = to_number<unsigned>(word.substr(2));
        if (!power) {
            return fault(power.error());
        }
        if (*power > 33) {
            return fault(Kind::out_of_range);
        }
        ticks = std::int64_t{1} << *power;
    } else if (const auto time = to_time(word); time) {
        ticks = time->count() * kTicksPerMs;
    } else {
        const auto number = to_number<std::uint32_t>(word);
        if (!number) {
            return fault(number.error());
        }
        ticks = *number;
    }
    return back ? -ticks : ticks;
}

/// Numbers of what is counted begin at 1.
[[nodiscard]] ParsedWord<std::size_t> to_count(std::string_view word) {
    const auto value = to_number<std::size_t>(word);
    return value && (*value == 0 || *value > kMostTimes) ? fault(Kind::out_of_range) : value;
}

} // namespace

ScriptWords::ScriptWords(std::string_view statement) {
    constexpr std::string_view kBlanks = " \t\r";
    for (std::size_t begin = statement.find_first_not_of(kBlanks);
        begin != std::string_view::npos;) {
        const std::size_t end = std::min(statement.find_first_of(kBlanks, begin), statement.size());
        words_.push_back(statement.substr(begin, end - begin));
        begin = statement.find_first_not_of(kBlanks, end);
    }
}

bool ScriptWords::take(std::string_view words) {
    const ScriptWords wanted(words);
    const std::size_t count = wanted.words_.size();
    if (words_.size() - next_ < count || !std::equal(wanted.words_.begin(), wanted.words_.end(),
                                             words_.begin() + static_cast<std::ptrdiff_t>(next_))) {
        return false;
    }
    next_ += count;
    return true;
}

ParsedWord<std::string_view> ScriptWords::word() {
    return empty() ? ParsedWord<std::string_view>(fault(Kind::missing_value)) : words_[next_++];
}

ParsedWord<step::Time> ScriptWords::time() {
    const auto text = word();
    return text ? to_time(*text) : fault(text.error());
}

ParsedWord<std::optional<step::Time>> ScriptWords::optional_time() {
    if (empty()) {
        return std::nullopt;
    }
    const auto value = time();
    return value ? ParsedWord<std::optional<step::Time>>(*value) : fault(value.error());
}

ParsedWord<std::int64_t> ScriptWords::shift() {
    const auto text = word();
    return text ? to_shift(*text) : fault(text.error());
}

ParsedWord<double> ScriptWords::factor() {
    const auto text = word();
    if (!text) {
        return fault(text.error());
    }
    if (!text->ends_with('x')) {
        return fault(Kind::bad_value);
    }
    const auto times = to_number<double>(text->substr(0, text->size() - 1));
    return times && (*times < kSlowest || *times > kFastest) ? fault(Kind::out_of_range) : times;
}

ParsedWord<std::size_t> ScriptWords::count() {
    const auto text = word();
    return text ? to_count(*text) : fault(text.error());
}

ParsedWord<std::size_t> ScriptWords::count(std::string_view unit) {
    const auto value = count();
    return value && !take(unit) ? fault(Kind::missing_value) : value;
}

ParsedWord<std::size_t> ScriptWords::repetitions() {
    if (empty() || !words_[next_].starts_with('x')) {
        return std::size_t{1};
    }
    return to_count(words_[next_++].substr(1));
}

bool ScriptWords::repetitions_next() const {
    return !empty() && words_[next_].size() > 1 && words_[next_][0] == 'x';
}

ParsedWord<int> ScriptWords::status() {
    const auto text = word();
    if (!text) {
        return fault(text.error());
    }
    const auto value = to_number<int>(*text);
    return value && (*value < 200 || *value > 599) ? fault(Kind::out_of_range) : value;
}

} // namespace plex_tuner::testing
