// SPDX-License-Identifier: GPL-3.0-or-later
#include "json_reader.hpp"

#include "foreign_body.hpp"
#include "json_source.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include <rapidjson/reader.h>

namespace plex_tuner::provider {
namespace {

/// UTF-8 whose plain runs are copied at once, not byte by byte.
struct RunText : rapidjson::UTF8<> {};

// NOLINTBEGIN(*-identifier-naming): the names RapidJSON calls

/// The source in RapidJSON's words. The Put functions are for reading in place, which is not done,
/// but is compiled.
class ReaderStream : public JsonSource {
public:
    using Ch = char;
    using JsonSource::JsonSource;

    [[nodiscard]] char Peek() const noexcept { return peek(); }

    char Take() { return take(); }

    [[nodiscard]] std::size_t Tell() const noexcept { return position(); }

    char* PutBegin() { return nullptr; }

    std::size_t PutEnd(const char* /*begin*/) { return 0; }

    void Put(char /*byte*/) {}

    char* Push(std::size_t /*count*/) { return nullptr; }

    void Flush() {}
};

// NOLINTEND(*-identifier-naming)

} // namespace
} // namespace plex_tuner::provider

namespace rapidjson {

template <>
struct Transcoder<plex_tuner::provider::RunText, plex_tuner::provider::RunText>
    : Transcoder<UTF8<>, UTF8<>> {
    template <class Out>
    static bool Transcode( // NOLINT(*-identifier-naming)
        plex_tuner::provider::ReaderStream& in, Out& out) {
        const std::string_view run = in.plain_run();
        std::memcpy(out.Push(static_cast<SizeType>(run.size())), run.data(), run.size());
        in.skip(run.size());
        return true;
    }
};

} // namespace rapidjson

namespace plex_tuner::provider {
namespace {

/// The shape RapidJSON calls; false ends the reading.
class Handler {
public:
    Handler(JsonSource& source, JsonEvents& events) : source_(source), events_(events) {}

    // NOLINTBEGIN(*-identifier-naming)
    bool Null() {
        return event([this] { events_.null(); });
    }

    bool Bool(bool value) {
        return event([&] { events_.boolean(value); });
    }

    bool Int(int value) { return Int64(value); }

    bool Uint(unsigned value) { return Int64(value); }

    bool Int64(std::int64_t value) {
        return event([&] { events_.integer(value); });
    }

    bool Uint64(std::uint64_t value) {
        return value <= std::numeric_limits<std::int64_t>::max()
                   ? Int64(static_cast<std::int64_t>(value))
                   : Null();
    }

    bool Double(double value) {
        constexpr double kExact = 9007199254740992.0; // up to here a double tells integers apart
        return std::trunc(value) == value && std::abs(value) <= kExact
                   ? Int64(static_cast<std::int64_t>(value))
                   : Null();
    }

    /// Only called with a flag we do not set.
    bool RawNumber(const char* /*text*/, rapidjson::SizeType /*size*/, bool /*copy*/) {
        return false;
    }

    bool String(const char* text, rapidjson::SizeType size, bool /*copy*/) {
        return event([&] { events_.text({text, size}); });
    }

    bool Key(const char* text, rapidjson::SizeType size, bool /*copy*/) {
        return event([&] { events_.key({text, size}); });
    }

    bool StartObject() {
        return deeper() && event([this] { events_.open_object(); });
    }

    bool StartArray() {
        return deeper() && event([this] { events_.open_list(); });
    }

    bool EndObject(rapidjson::SizeType /*members*/) { return close(); }

    bool EndArray(rapidjson::SizeType /*elements*/) { return close(); }

    // NOLINTEND(*-identifier-naming)

    [[nodiscard]] bool saw_value() const noexcept { return saw_value_; }

    [[nodiscard]] bool too_deep() const noexcept { return depth_ > kMaxJsonDepth; }

private:
    template <class Call>
    bool event(Call call) {
        source_.mark();
        saw_value_ = true;
        call();
        return true;
    }

    /// The reader recurses: this is what bounds its stack.
    bool deeper() { return ++depth_ <= kMaxJsonDepth; }

    bool close() {
        --depth_;
        return event([this] { events_.close(); });
    }

    JsonSource& source_;
    JsonEvents& events_;
    std::size_t depth_ = 0;
    bool saw_value_ = false;
};

constexpr std::string_view kBom = "\xEF\xBB\xBF";

std::unexpected<Error> at_byte(
    std::string_view what, std::size_t offset, ErrorCode code, std::string_view why) {
    return fail(
        code, std::string(what) + ": byte " + std::to_string(offset) + ": " + std::string(why));
}

/// The error for a body that does not even start as JSON.
std::unexpected<Error> foreign(std::string_view what, std::string_view head) {
    const std::string name(what);
    const std::string_view text =
        ascii::trim(head.starts_with(kBom) ? head.substr(kBom.size()) : head);
    if (text.empty()) {
        return fail(ErrorCode::empty_body, name + ": the answer is empty");
    }
    if (text.front() == '<') {
        return fail(
            ErrorCode::blocked, name + ": " + std::string(markup_kind(text)) + " instead of JSON");
    }
    std::string kind(magic_kind(head));
    if (kind.empty()) {
        kind = is_binary(text) ? "binary data" : "plain text: \"" + quoted_start(text) + "\"";
    }
    return fail(ErrorCode::parse, name + ": not JSON but " + kind);
}

} // namespace

Result<void> read_json(const Chunks& chunks, std::string_view what, JsonEvents& events) {
    ReaderStream source(chunks);
    Handler handler(source, events);
    rapidjson::GenericReader<RunText, RunText> reader;
    const rapidjson::ParseResult parsed = reader.Parse(source, handler);
    if (source.error()) {
        return fail(source.error()->with_context(what));
    }
    if (source.over_limit()) {
        return at_byte(
            what, source.position(), ErrorCode::too_large, "a text is longer than 1 MiB");
    }
    if (handler.too_deep()) {
        return at_byte(what, source.position(), ErrorCode::parse,
            "nested deeper than " + std::to_string(kMaxJsonDepth) + " levels");
    }
    if (!parsed.IsError()) {
        return {};
    }
    if (!handler.saw_value()) {
        return foreign(what, source.head());
    }
    if (parsed.Code() == rapidjson::kParseErrorDocumentRootNotSingular) {
        return at_byte(what, parsed.Offset(), ErrorCode::parse, "more text behind the end");
    }
    if (source.at_end()) {
        return at_byte(what, source.position(), ErrorCode::parse, "the answer ends in the middle");
    }
    return at_byte(what, parsed.Offset(), ErrorCode::parse, "this is no JSON");
}

} // namespace plex_tuner::provider
