// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline_script.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace plex_tuner::testing {
namespace {

using Kind = ScriptError::Kind;
template <class T>
using Parsed = std::expected<T, Kind>;

constexpr std::size_t kMostTimes = 1'000'000; // packets, bytes, answers: no test needs more
constexpr std::chrono::hours kLongest{48};    // the clocks wrap after 26.5
constexpr std::int64_t kTicksPerMs = 90;

[[nodiscard]] std::unexpected<Kind> fault(Kind kind) {
    return std::unexpected(kind);
}

template <class Number>
[[nodiscard]] Parsed<Number> to_number(std::string_view word) {
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

[[nodiscard]] Parsed<step::Time> to_time(std::string_view word) {
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
        return time > kLongest ? Parsed<step::Time>(fault(Kind::out_of_range)) : time;
    }
    return fault(Kind::bad_value);
}

/// +TIME, -TIME, +TICKS or +2^N, in ticks of 90 kHz.
[[nodiscard]] Parsed<std::int64_t> to_shift(std::string_view word) {
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

/// The words of one statement, taken from the left.
class Words {
public:
    explicit Words(std::string_view statement) {
        constexpr std::string_view kBlanks = " \t\r";
        for (std::size_t begin = statement.find_first_not_of(kBlanks);
            begin != std::string_view::npos;) {
            const std::size_t end =
                std::min(statement.find_first_of(kBlanks, begin), statement.size());
            words_.push_back(statement.substr(begin, end - begin));
            begin = statement.find_first_not_of(kBlanks, end);
        }
    }

    [[nodiscard]] bool empty() const noexcept { return next_ == words_.size(); }

    /// Takes `words` when they come next, all of them or none.
    [[nodiscard]] bool take(std::string_view words) {
        const Words wanted(words);
        const std::size_t count = wanted.words_.size();
        if (words_.size() - next_ < count ||
            !std::equal(wanted.words_.begin(), wanted.words_.end(),
                words_.begin() + static_cast<std::ptrdiff_t>(next_))) {
            return false;
        }
        next_ += count;
        return true;
    }

    [[nodiscard]] Parsed<std::string_view> word() {
        return empty() ? Parsed<std::string_view>(fault(Kind::missing_value)) : words_[next_++];
    }

    [[nodiscard]] Parsed<step::Time> time() {
        const auto text = word();
        return text ? to_time(*text) : Parsed<step::Time>(fault(text.error()));
    }

    /// nullopt when the statement ends here.
    [[nodiscard]] Parsed<std::optional<step::Time>> optional_time() {
        if (empty()) {
            return std::nullopt;
        }
        const auto value = time();
        return value ? Parsed<std::optional<step::Time>>(*value) : fault(value.error());
    }

    [[nodiscard]] Parsed<std::size_t> count() {
        const auto text = word();
        if (!text) {
            return fault(text.error());
        }
        const auto value = to_number<std::size_t>(*text);
        return value && (*value == 0 || *value > kMostTimes) ? fault(Kind::out_of_range) : value;
    }

    /// "5 packets": the unit must be named, for it is what makes a script readable.
    [[nodiscard]] Parsed<std::size_t> count(std::string_view unit) {
        const auto value = count();
        return value && !take(unit) ? fault(Kind::missing_value) : value;
    }

    /// "x3", else 1.
    [[nodiscard]] Parsed<std::size_t> repetitions() {
        if (empty() || !words_[next_].starts_with('x')) {
            return std::size_t{1};
        }
        const auto value = to_number<std::size_t>(words_[next_++].substr(1));
        return value && (*value == 0 || *value > kMostTimes) ? fault(Kind::out_of_range) : value;
    }

    [[nodiscard]] Parsed<int> status() {
        const auto text = word();
        if (!text) {
            return fault(text.error());
        }
        const auto value = to_number<int>(*text);
        return value && (*value < 200 || *value > 599) ? fault(Kind::out_of_range) : value;
    }

    [[nodiscard]] bool repetitions_next() const {
        return !empty() && words_[next_].size() > 1 && words_[next_][0] == 'x';
    }

private:
    std::vector<std::string_view> words_;
    std::size_t next_ = 0;
};

/// The step that `make` makes of a parsed value.
template <class Value, class Make>
[[nodiscard]] Parsed<Step> made(Parsed<Value> value, Make make) {
    return value ? Parsed<Step>(Step(make(*value))) : fault(value.error());
}

[[nodiscard]] Parsed<Step> parse_serve(Words& words) {
    if (words.empty()) {
        return step::Serve{};
    }
    Words as_time = words;
    if (const auto time = as_time.time(); time) {
        words = as_time;
        return *time > step::Time(0) ? Parsed<Step>(step::Serve{.time = *time})
                                     : fault(Kind::out_of_range);
    }
    return made(words.count("packets"),
        [](std::size_t packets) { return step::Serve{.packets = packets}; });
}

[[nodiscard]] Parsed<Step> parse_pace(Words& words) {
    const auto text = words.word();
    if (!text) {
        return fault(text.error());
    }
    if (!text->ends_with('x')) {
        return fault(Kind::bad_value);
    }
    const auto times = to_number<double>(text->substr(0, text->size() - 1));
    if (times && (*times < 0.01 || *times > 1000)) {
        return fault(Kind::out_of_range);
    }
    return made(times, [](double value) { return step::Pace{.times = value}; });
}

[[nodiscard]] Parsed<Step> parse_answer(Words& words, step::Answer answer) {
    if (answer.kind == step::Answer::Kind::status) {
        const auto status = words.status();
        if (!status) {
            return fault(status.error());
        }
        answer.status = *status;
        if (words.take("retry-after")) {
            const auto seconds = words.count();
            if (!seconds) {
                return fault(seconds.error());
            }
            answer.retry_after = *seconds;
        }
    } else if (answer.kind == step::Answer::Kind::redirect && !words.empty() &&
               !words.repetitions_next()) {
        answer.status = 302;
        answer.target = *words.word();
        if (!answer.target.starts_with('/')) {
            return fault(Kind::bad_value);
        }
    }
    return made(words.repetitions(), [&](std::size_t times) {
        answer.times = times;
        return answer;
    });
}

[[nodiscard]] Parsed<Step> parse_media(Words& words) {
    const auto damage = [](step::Damage::Kind kind) {
        return [kind](std::size_t count) {
            return step::Damage{.kind = kind, .count = count};
        };
    };
    const auto mask = [](step::Mask::What what) {
        return [what](std::optional<step::Time> time) {
            return step::Mask{.what = what, .time = time};
        };
    };
    if (words.take("serve")) {
        return parse_serve(words);
    }
    if (words.take("pace")) {
        return parse_pace(words);
    }
    if (words.take("slow to")) {
        return made(words.count("kbit/s"),
            [](std::size_t rate) { return step::Pace{.bits_per_second = rate * 1000}; });
    }
    if (words.take("burst")) {
        return step::Pace{};
    }
    if (words.take("drop")) {
        return made(words.count("packets"), damage(step::Damage::Kind::drop));
    }
    if (words.take("duplicate")) {
        return made(words.count("packets"), damage(step::Damage::Kind::duplicate));
    }
    if (words.take("corrupt")) {
        return made(words.count("packets"), damage(step::Damage::Kind::corrupt));
    }
    if (words.take("garbage")) {
        return made(words.count("bytes"), damage(step::Damage::Kind::garbage));
    }
    if (words.take("jump pts")) {
        const auto word = words.word();
        return made(word ? to_shift(*word) : Parsed<std::int64_t>(fault(word.error())),
            [](std::int64_t ticks) { return step::Jump{.ticks = ticks}; });
    }
    if (words.take("wrap pts in")) {
        return made(words.time(), [](step::Time time) { return step::Wrap{.in = time}; });
    }
    if (words.take("switch clip")) {
        return made(words.word(),
            [](std::string_view name) { return step::SwitchClip{.name = std::string(name)}; });
    }
    if (words.take("pids shift")) {
        return step::ShiftPids{};
    }
    if (words.take("psi silence")) {
        return made(words.optional_time(), mask(step::Mask::What::psi));
    }
    if (words.take("no pcr")) {
        return made(words.optional_time(), mask(step::Mask::What::pcr));
    }
    if (words.take("no video")) {
        return made(words.optional_time(), mask(step::Mask::What::video));
    }
    if (words.take("no audio")) {
        return made(words.optional_time(), mask(step::Mask::What::audio));
    }
    return fault(Kind::unknown_statement);
}

[[nodiscard]] Parsed<Step> parse_connection(Words& words) {
    using Answer = step::Answer;
    if (words.take("head")) {
        return step::Head{};
    }
    if (words.take("stall")) {
        return made(words.optional_time(),
            [](std::optional<step::Time> time) { return step::Stall{.time = time}; });
    }
    if (words.take("close")) {
        return step::End{.kind = step::End::Kind::close};
    }
    if (words.take("reset")) {
        return step::End{.kind = step::End::Kind::reset};
    }
    if (words.take("cut in packet")) {
        return step::End{.kind = step::End::Kind::cut};
    }
    if (words.take("status")) {
        return parse_answer(words, Answer{.kind = Answer::Kind::status});
    }
    if (words.take("html")) {
        return parse_answer(words, Answer{.kind = Answer::Kind::html});
    }
    if (words.take("json")) {
        return parse_answer(words, Answer{.kind = Answer::Kind::json});
    }
    if (words.take("empty")) {
        return parse_answer(words, Answer{.kind = Answer::Kind::empty});
    }
    if (words.take("redirect")) {
        return parse_answer(words, Answer{.kind = Answer::Kind::redirect, .status = 302});
    }
    return fault(Kind::unknown_statement);
}

[[nodiscard]] Parsed<Step> parse_hls(Words& words) {
    using Mark = step::MarkSegment::Mark;
    if (words.take("segments")) {
        return made(
            words.time(), [](step::Time time) { return step::SegmentLength{.time = time}; });
    }
    if (words.take("window")) {
        return made(words.count("segments"),
            [](std::size_t count) { return step::Window{.segments = count}; });
    }
    if (words.take("discontinuity")) {
        return step::MarkSegment{.mark = Mark::discontinuity};
    }
    if (words.take("gap")) {
        return step::MarkSegment{.mark = Mark::gap};
    }
    if (words.take("segment")) {
        return made(words.status(),
            [](int status) { return step::MarkSegment{.mark = Mark::status, .status = status}; });
    }
    if (words.take("sequence reset")) {
        return step::MarkSegment{.mark = Mark::sequence_reset};
    }
    if (words.take("sequence back")) {
        return made(
            words.count(), [](std::size_t count) { return step::SequenceBack{.segments = count}; });
    }
    if (words.take("playlist stall")) {
        return made(
            words.time(), [](step::Time time) { return step::PlaylistStall{.time = time}; });
    }
    if (words.take("token expires")) {
        return step::TokenExpires{};
    }
    if (words.take("byte ranges")) {
        return step::ByteRanges{};
    }
    if (words.take("endlist")) {
        return step::EndList{};
    }
    if (words.take("loop")) {
        return step::Loop{};
    }
    return fault(Kind::unknown_statement);
}

[[nodiscard]] Parsed<Step> parse_statement(std::string_view statement) {
    Words words(statement);
    Parsed<Step> parsed = fault(Kind::unknown_statement);
    for (const auto& group : {parse_media, parse_connection, parse_hls}) {
        parsed = group(words);
        if (parsed || parsed.error() != Kind::unknown_statement) {
            break;
        }
    }
    return parsed && !words.empty() ? fault(Kind::too_many_words) : parsed;
}

/// What takes a moment or ends a connection: a script that repeats anything else would spin.
[[nodiscard]] bool goes_somewhere(const Step& step) {
    return std::holds_alternative<step::Serve>(step) || std::holds_alternative<step::Stall>(step) ||
           std::holds_alternative<step::End>(step) || std::holds_alternative<step::Answer>(step);
}

[[nodiscard]] bool must_be_last(const Step& step) {
    return std::holds_alternative<step::Loop>(step) || std::holds_alternative<step::EndList>(step);
}

[[nodiscard]] std::string_view trimmed(std::string_view text) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t\r"), text.size());
    text.remove_prefix(begin);
    return text.substr(0, text.find_last_not_of(" \t\r") + 1);
}

} // namespace

std::string_view to_string(ScriptError::Kind kind) noexcept {
    switch (kind) {
    case Kind::unknown_statement:
        return "unknown statement";
    case Kind::missing_value:
        return "missing value";
    case Kind::bad_value:
        return "bad value";
    case Kind::out_of_range:
        return "out of range";
    case Kind::too_many_words:
        return "too many words";
    case Kind::not_at_the_end:
        return "not at the end";
    case Kind::nothing_served:
        return "nothing served";
    }
    return "error";
}

std::string ScriptError::message() const {
    return "line " + std::to_string(line) + ": " + std::string(to_string(kind)) + ": " + statement;
}

std::expected<Script, ScriptError> parse_script(std::string_view text) {
    Script script;
    std::size_t line_number = 0;
    std::string last;
    while (!text.empty()) {
        ++line_number;
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line = line.substr(0, line.find('#'));
        while (!line.empty()) {
            const std::size_t length = std::min(line.find(';'), line.size());
            const std::string_view statement = trimmed(line.substr(0, length));
            line.remove_prefix(std::min(length + 1, line.size()));
            if (statement.empty()) {
                continue;
            }
            if (!script.empty() && must_be_last(script.back())) {
                return std::unexpected(ScriptError{Kind::not_at_the_end, line_number, last});
            }
            auto parsed = parse_statement(statement);
            if (!parsed) {
                return std::unexpected(
                    ScriptError{parsed.error(), line_number, std::string(statement)});
            }
            last = statement;
            script.push_back(std::move(*parsed));
        }
    }
    const bool ends_well =
        !script.empty() &&
        (goes_somewhere(script.back()) ||
            (must_be_last(script.back()) && std::ranges::any_of(script, goes_somewhere)));
    if (!ends_well) {
        return std::unexpected(ScriptError{Kind::nothing_served, line_number, last});
    }
    return script;
}

} // namespace plex_tuner::testing
