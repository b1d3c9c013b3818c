// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline_script.hpp"

#include "script_words.hpp"

#include <algorithm>

namespace plex_tuner::testing {
namespace {

using Kind = ScriptError::Kind;
template <class T>
using Parsed = ParsedWord<T>;
using Words = ScriptWords;

[[nodiscard]] std::unexpected<Kind> fault(Kind kind) {
    return std::unexpected(kind);
}

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
        return made(words.factor(), [](double times) { return step::Pace{.times = times}; });
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
        return made(words.shift(), [](std::int64_t ticks) { return step::Jump{.ticks = ticks}; });
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
