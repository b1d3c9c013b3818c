// SPDX-License-Identifier: GPL-3.0-or-later
// What a field may be: each kind binds a parser, a formatter and the words for both to one type.
#pragma once

#include "parse_boolean.hpp"
#include "parse_byte_size.hpp"
#include "parse_integer.hpp"
#include "parse_listen_address.hpp"
#include "parse_text.hpp"
#include "parse_url.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/base/hour_shift.hpp>
#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/config/duration.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

namespace plex_tuner::config {

/// Kinds whose values are harmless: a bad one is shown as it is, except for URLs in it.
struct OpenKind {
    static constexpr bool kIsSwitch = false;

    static std::string show_rejected(std::string_view text) { return redact_text(text); }
};

struct BooleanKind : OpenKind {
    using Value = bool;
    static constexpr bool kIsSwitch = true;

    static std::string accepts() { return "true or false (also 1, yes, on, 0, no, off)"; }

    static std::optional<bool> parse(std::string_view text) { return parse_boolean(text); }

    static std::string show(bool value) { return value ? "true" : "false"; }
};

template <class T, T Low, T High>
struct IntegerKind : OpenKind {
    using Value = T;

    static std::string accepts() {
        return "a whole number from " + std::to_string(Low) + " to " + std::to_string(High);
    }

    static std::optional<T> parse(std::string_view text) {
        const auto value =
            parse_integer(text, static_cast<std::int64_t>(Low), static_cast<std::int64_t>(High));
        return value ? std::optional<T>(static_cast<T>(*value)) : std::nullopt;
    }

    static std::string show(T value) { return std::to_string(value); }
};

/// A whole number that may be left out.
template <int Low, int High>
struct OptionalIntegerKind : OpenKind {
    using Value = std::optional<int>;

    static std::string accepts() { return IntegerKind<int, Low, High>::accepts(); }

    static std::optional<Value> parse(std::string_view text) {
        if (ascii::trim(text).empty()) {
            return Value{};
        }
        const auto value = IntegerKind<int, Low, High>::parse(text);
        return value ? std::optional<Value>(*value) : std::nullopt;
    }

    static std::string show(const Value& value) {
        return value ? std::to_string(*value) : std::string();
    }
};

/// A cap on channels, in which the ancestor's 0 means the default.
struct ChannelCapKind : OpenKind {
    using Value = int;
    static constexpr int kHighest = 100'000;

    static std::string accepts() {
        return "a whole number from 1 to " + std::to_string(kHighest) +
               ", 0 for the default, or -1 for no cap";
    }

    static std::optional<int> parse(std::string_view text) {
        const auto value = parse_integer(text, LineupSettings::kNoCap, kHighest);
        if (!value) {
            return std::nullopt;
        }
        return *value == 0 ? LineupSettings::kDefaultMaxChannels : static_cast<int>(*value);
    }

    static std::string show(int value) { return std::to_string(value); }
};

/// Milliseconds; finer values are rounded up, so that "1us" does not become "never".
template <std::int64_t LowMs, std::int64_t HighMs, bool ZeroToo>
struct DurationKind : OpenKind {
    using Value = Milliseconds;

    static std::string accepts() {
        return "a duration such as 500ms, 45s, 10m or 1h30m, from " +
               format_duration(Milliseconds{LowMs}) + " to " +
               format_duration(Milliseconds{HighMs}) + (ZeroToo ? ", or 0" : "");
    }

    static std::optional<Value> parse(std::string_view text) {
        const auto exact = parse_duration(text);
        if (!exact) {
            return std::nullopt;
        }
        const auto value = std::chrono::ceil<Milliseconds>(*exact);
        const bool zero = ZeroToo && value.count() == 0;
        return zero || (value.count() >= LowMs && value.count() <= HighMs)
                   ? std::optional<Value>(value)
                   : std::nullopt;
    }

    static std::string show(Value value) { return format_duration(value); }
};

/// Seconds as a plain number, also parts of them ("0.5"), or a duration ("500ms").
template <std::int64_t LowMs, std::int64_t HighMs, bool ZeroToo>
struct SecondsKind : DurationKind<LowMs, HighMs, ZeroToo> {
    using Duration = DurationKind<LowMs, HighMs, ZeroToo>;

    static std::string accepts() { return "seconds such as 15 or 0.5, or " + Duration::accepts(); }

    static std::optional<Milliseconds> parse(std::string_view text) {
        text = ascii::trim(text);
        const bool is_plain = !text.empty() && (ascii::is_digit(text.back()) || text.back() == '.');
        return Duration::parse(is_plain ? std::string(text) + "s" : std::string(text));
    }
};

template <std::uint64_t Low, std::uint64_t High>
struct ByteSizeKind : OpenKind {
    using Value = std::size_t;

    static std::string accepts() {
        return "a size such as 65536, 512k or 16MiB, from " + format_byte_size(Low) + " to " +
               format_byte_size(High);
    }

    static std::optional<Value> parse(std::string_view text) {
        const auto value = parse_byte_size(text);
        return value && *value >= Low && *value <= High ? value : std::nullopt;
    }

    static std::string show(Value value) { return format_byte_size(value); }
};

struct TextKind : OpenKind {
    using Value = std::string;

    static std::string accepts() {
        return "one line of UTF-8 text, at most " + std::to_string(kMaxTextBytes) + " bytes";
    }

    static std::optional<Value> parse(std::string_view text) { return parse_text(text); }

    static std::string show(const Value& value) { return value; }
};

/// Words separated by commas.
struct NameListKind : OpenKind {
    using Value = std::vector<std::string>;

    static std::string accepts() { return "names, separated by commas"; }

    static std::optional<Value> parse(std::string_view text) {
        Value value;
        for (const std::string_view part : ascii::split_list(text, ',')) {
            auto word = parse_text(part);
            if (!word) {
                return std::nullopt;
            }
            if (!word->empty()) {
                value.push_back(*std::move(word));
            }
        }
        return value;
    }

    static std::string show(const Value& value) {
        std::string out;
        for (const std::string& word : value) {
            out += (out.empty() ? "" : ",") + word;
        }
        return out;
    }
};

/// Hashes of pictures, as the log names them.
struct PictureHashListKind : OpenKind {
    using Value = std::vector<std::uint64_t>;
    static constexpr std::size_t kDigits = 16;

    static std::string accepts() { return "hashes of 16 hexadecimal digits, separated by commas"; }

    static std::optional<Value> parse(std::string_view text) {
        Value value;
        for (const std::string_view part : ascii::split_list(text, ',')) {
            const std::string_view digits = ascii::trim(part);
            std::uint64_t hash = 0;
            const auto [end, error] =
                std::from_chars(digits.data(), digits.data() + digits.size(), hash, 16);
            if (digits.size() != kDigits || error != std::errc() ||
                end != digits.data() + digits.size()) {
                return std::nullopt;
            }
            value.push_back(hash);
        }
        return value;
    }

    static std::string show(const Value& value) {
        std::string out;
        for (const std::uint64_t hash : value) {
            out += (out.empty() ? "" : ",") + hash_digits(hash);
        }
        return out;
    }
};

struct PrefixListKind : NameListKind {
    static std::string accepts() { return "beginnings of names, separated by commas"; }
};

struct PatternListKind : NameListKind {
    static std::string accepts() { return "patterns with * and ?, separated by commas"; }

    static std::string show(const Value& value) { return redact_text(NameListKind::show(value)); }
};

/// "3/13"
struct ShardKind : OpenKind {
    using Value = std::optional<ShardSetting>;
    static constexpr int kMostShards = 1'000;

    static std::string accepts() {
        return "k/n, the k-th of n tuners, such as 1/13; n at most " + std::to_string(kMostShards);
    }

    static std::optional<Value> parse(std::string_view text) {
        text = ascii::trim(text);
        if (text.empty()) {
            return Value{};
        }
        const std::size_t slash = std::min(text.find('/'), text.size());
        const auto index = parse_integer(text.substr(0, slash), 1, kMostShards);
        const auto count = parse_integer(
            slash == text.size() ? std::string_view() : text.substr(slash + 1), 1, kMostShards);
        if (!index || !count || *index > *count) {
            return std::nullopt;
        }
        return Value({static_cast<int>(*index), static_cast<int>(*count)});
    }

    static std::string show(const Value& value) {
        return value ? std::to_string(value->index) + "/" + std::to_string(value->count) : "";
    }
};

/// Hours, also parts of them: "1", "-2", "+5.5".
struct HourShiftKind : OpenKind {
    using Value = std::chrono::minutes;

    static std::string accepts() { return "hours from -24 to 24, such as 1, -2 or 5.5"; }

    static std::optional<Value> parse(std::string_view text) { return parse_hour_shift(text); }

    static std::string show(Value value) { return format_hour_shift(value); }
};

/// "*+1=1, *West=3": the last '=' parts pattern and hours.
struct ShiftRulesKind : OpenKind {
    using Value = std::vector<ShiftRule>;

    static std::string accepts() {
        return "pattern=hours, separated by commas; in a pattern * stands for any text and ? for "
               "one character";
    }

    static std::optional<Value> parse(std::string_view text) {
        Value value;
        for (const std::string_view part : ascii::split_list(text, ',')) {
            const std::size_t equals = part.rfind('=');
            if (equals == std::string_view::npos) {
                return std::nullopt;
            }
            auto pattern = parse_text(part.substr(0, equals));
            const auto shift = parse_hour_shift(part.substr(equals + 1));
            if (!pattern || pattern->empty() || !shift) {
                return std::nullopt;
            }
            value.push_back({*std::move(pattern), *shift});
        }
        return value;
    }

    static std::string show(const Value& value) {
        std::string out;
        for (const ShiftRule& rule : value) {
            out += (out.empty() ? "" : ", ") + rule.pattern + "=" + format_hour_shift(rule.shift);
        }
        return out;
    }
};

/// Names of repairs.
struct PlexRepairsKind : OpenKind {
    using Value = PlexRepairSettings;

    struct Name {
        std::string_view name;
        bool PlexRepairSettings::* repair;
    };

    static constexpr std::array<Name, 5> kNames{{{"sub-titles", &PlexRepairSettings::sub_titles},
        {"descriptions", &PlexRepairSettings::descriptions},
        {"categories", &PlexRepairSettings::categories},
        {"episodes", &PlexRepairSettings::episodes}, {"new", &PlexRepairSettings::is_new}}};

    static std::string accepts() {
        std::string out;
        for (const Name& name : kNames) {
            out += std::string(name.name) + ", ";
        }
        return out + "separated by commas, or all";
    }

    static std::optional<Value> parse(std::string_view text) {
        Value value;
        for (const std::string_view part : ascii::split_list(text, ',')) {
            const bool all = ascii::iequals(part, "all");
            bool known = all;
            for (const Name& name : kNames) {
                if (all || ascii::iequals(part, name.name)) {
                    value.*name.repair = true;
                    known = true;
                }
            }
            if (!known) {
                return std::nullopt;
            }
        }
        return value;
    }

    static std::string show(const Value& value) {
        std::string out;
        for (const Name& name : kNames) {
            if (value.*name.repair) {
                out.append(out.empty() ? "" : ",").append(name.name);
            }
        }
        return out;
    }
};

struct SecretKind {
    using Value = Secret;
    static constexpr bool kIsSwitch = false;

    static std::string accepts() { return TextKind::accepts(); }

    static std::optional<Value> parse(std::string_view text) {
        auto value = parse_secret_text(text);
        return value ? std::optional<Secret>(*std::move(value)) : std::nullopt;
    }

    static std::string show(const Value& value) { return value.masked(); }

    static std::string show_rejected(std::string_view /*text*/) { return "***"; }
};

struct PathKind : OpenKind {
    using Value = std::filesystem::path;

    static std::string accepts() { return "a path"; }

    static std::optional<Value> parse(std::string_view text) { return parse_path(text); }

    static std::string show(const Value& value) { return value.string(); }
};

/// Part of file names; the word none stands for no text at all.
struct NamePrefixKind : OpenKind {
    using Value = std::string;
    static constexpr std::size_t kMaxBytes = 64;

    static std::string accepts() {
        return "`none`, or text without / of at most " + std::to_string(kMaxBytes) + " bytes";
    }

    static std::optional<Value> parse(std::string_view text) {
        auto value = parse_text(text);
        if (!value || value->empty() || value->size() > kMaxBytes || value->contains('/')) {
            return std::nullopt;
        }
        return *value == "none" ? std::string() : std::move(value);
    }

    static std::string show(const Value& value) { return value.empty() ? "none" : value; }
};

/// A path that must not be empty.
struct RequiredPathKind : PathKind {
    static std::optional<Value> parse(std::string_view text) {
        auto value = parse_path(text);
        return value && value->has_filename() ? value : std::nullopt;
    }

    static std::string accepts() { return "the path of a file"; }
};

struct ListenAddressKind : OpenKind {
    using Value = std::string;

    static std::string accepts() {
        return ":port, *:port, localhost:port, ipv4:port or [ipv6]:port, with a port from 0 to "
               "65535";
    }

    static std::optional<Value> parse(std::string_view text) { return parse_listen_address(text); }

    static std::string show(const Value& value) { return value; }
};

/// Empty: there is none.
struct OptionalListenAddressKind : ListenAddressKind {
    static std::optional<Value> parse(std::string_view text) {
        return text.empty() ? Value() : ListenAddressKind::parse(text);
    }
};

/// Kinds whose values may carry credentials.
struct UrlLikeKind {
    static constexpr bool kIsSwitch = false;

    static std::string show_rejected(std::string_view text) { return redact_rejected_url(text); }
};

struct HttpUrlKind : UrlLikeKind {
    using Value = std::optional<Url>;

    static std::string accepts() { return "an http:// or https:// URL"; }

    static std::optional<Value> parse(std::string_view text) {
        if (ascii::trim(text).empty()) {
            return Value{};
        }
        auto url = parse_http_url(text);
        return url ? std::optional<Value>(std::move(url)) : std::nullopt;
    }

    static std::string show(const Value& value) { return value ? value->redacted() : ""; }
};

struct HttpUrlListKind : UrlLikeKind {
    using Value = std::vector<Url>;

    static std::string accepts() { return "http:// or https:// URLs, separated by commas"; }

    static std::optional<Value> parse(std::string_view text) { return parse_http_urls(text); }

    static std::string show(const Value& value) {
        std::string out;
        for (const Url& url : value) {
            out += out.empty() ? "" : ",";
            out += url.redacted();
        }
        return out;
    }
};

struct LocationKind : UrlLikeKind {
    using Value = std::optional<Location>;

    static std::string accepts() {
        return "an http:// or https:// URL, with its http://, or the path of a file";
    }

    static std::optional<Value> parse(std::string_view text) {
        if (ascii::trim(text).empty()) {
            return Value{};
        }
        auto location = parse_location(text);
        return location ? std::optional<Value>(std::move(location)) : std::nullopt;
    }

    static std::string show(const Value& value) {
        if (!value) {
            return "";
        }
        const Url* url = std::get_if<Url>(&*value);
        return url != nullptr ? url->redacted()
                              : redact_text(std::get<std::filesystem::path>(*value).string());
    }
};

struct AdvertisedUrlKind : UrlLikeKind {
    using Value = std::string;

    static std::string accepts() {
        return "an http:// or https:// URL without user, query or fragment";
    }

    static std::optional<Value> parse(std::string_view text) {
        return ascii::trim(text).empty() ? Value{} : parse_advertised_url(text);
    }

    static std::string show(const Value& value) { return value; }
};

/// Words for the values of an enumeration; Words is an array of pairs (word, value).
template <class T, const auto& Words>
struct EnumKind : OpenKind {
    using Value = T;

    static std::string accepts() {
        std::string out;
        for (std::size_t i = 0; i < Words.size(); ++i) {
            if (Words[i].first.empty()) {
                continue;
            }
            out += out.empty() ? "" : i + 1 == Words.size() ? " or " : ", ";
            out += Words[i].first;
        }
        return out;
    }

    static std::optional<T> parse(std::string_view text) {
        for (const auto& [word, value] : Words) {
            if (ascii::iequals(word, ascii::trim(text))) {
                return value;
            }
        }
        return std::nullopt;
    }

    static std::string show(T value) {
        for (const auto& [word, known] : Words) {
            if (known == value) {
                return std::string(word);
            }
        }
        return "";
    }
};

} // namespace plex_tuner::config
