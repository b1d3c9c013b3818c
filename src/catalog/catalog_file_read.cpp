// SPDX-License-Identifier: GPL-3.0-or-later
#include "file_source.hpp"
#include "json_input.hpp"
#include "record_collector.hpp"

#include <plex_tuner/base/utf8.hpp>
#include <plex_tuner/catalog/catalog_file.hpp>

#include <string>

#include <rapidjson/reader.h>

namespace plex_tuner::catalog {
namespace {

/// The shape RapidJSON's reader calls; false ends the reading.
// NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's
class SaxEvents : public rapidjson::BaseReaderHandler<CopiedUtf8, SaxEvents> {
public:
    SaxEvents(FileSource& source, RecordCollector& collector)
        : source_(source), collector_(collector) {}

    bool Null() { return noted(collector_.null()); }

    bool Bool(bool value) { return noted(collector_.scalar(value ? "true" : "false")); }

    bool RawNumber(const char* text, rapidjson::SizeType length, bool /*copy*/) {
        return noted(collector_.scalar({text, length}));
    }

    bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
        return is_text({text, length}) && noted(collector_.scalar({text, length}));
    }

    bool StartObject() { return noted(collector_.start_object()); }

    bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
        return is_text({text, length}) && noted(collector_.key({text, length}));
    }

    bool EndObject(rapidjson::SizeType /*members*/) { return noted(collector_.end_object()); }

    bool StartArray() { return noted(collector_.start_array()); }

    bool EndArray(rapidjson::SizeType /*elements*/) { return noted(collector_.end_array()); }

    // NOLINTEND(readability-identifier-naming)

    [[nodiscard]] bool saw_other_encoding() const noexcept { return other_encoding_; }

private:
    bool is_text(std::string_view bytes) {
        other_encoding_ = !utf8::is_valid(bytes);
        return !other_encoding_;
    }

    bool noted(bool go_on) {
        source_.progress();
        return go_on;
    }

    FileSource& source_;
    RecordCollector& collector_;
    bool other_encoding_ = false;
};

std::unexpected<Error> broken(const std::filesystem::path& path, std::uint64_t position,
    ErrorCode code, std::string_view why) {
    return fail(
        code, path.string() + ": byte " + std::to_string(position) + ": " + std::string(why));
}

} // namespace

Result<Catalog> read_catalog_file(const std::filesystem::path& path) {
    Result<std::unique_ptr<FileSource>> opened = FileSource::open(path);
    if (!opened) {
        return fail(std::move(opened).error());
    }
    FileSource& source = **opened;
    CatalogBuilder builder;
    RecordCollector collector(builder);
    SaxEvents events(source, collector);
    JsonInput input(source);
    input.skip_byte_order_mark();
    rapidjson::GenericReader<CopiedUtf8, CopiedUtf8> reader;
    // As strings: 5.10 is a guide number and not 5.1.
    const rapidjson::ParseResult parsed =
        reader.Parse<rapidjson::kParseNumbersAsStringsFlag>(input, events);
    if (source.io_error()) {
        return fail(Error::from_errno(*source.io_error(), "read " + path.string()));
    }
    if (source.nul_byte()) {
        return broken(
            path, *source.nul_byte(), ErrorCode::parse, "a zero byte where text should be");
    }
    if (source.over_limit()) {
        return broken(path, input.Tell(), ErrorCode::too_large, "a text is longer than 4 MiB");
    }
    if (collector.problem()) {
        return broken(
            path, parsed.Offset(), collector.problem()->code(), collector.problem()->message());
    }
    if (events.saw_other_encoding()) {
        return broken(path, parsed.Offset(), ErrorCode::parse, "the text before is not UTF-8");
    }
    if (parsed.IsError() && input.at_end()) {
        return broken(path, input.Tell(), ErrorCode::parse,
            input.Tell() == 0 ? "the file is empty" : "the file ends in the middle");
    }
    if (parsed.IsError()) {
        return broken(path, parsed.Offset(), ErrorCode::parse, "this is no JSON");
    }
    if (!collector.saw_catalog()) {
        return fail(ErrorCode::parse,
            path.string() + ": a JSON object with neither movies nor series nor live_channels");
    }
    return builder.build();
}

} // namespace plex_tuner::catalog
