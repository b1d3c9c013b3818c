// SPDX-License-Identifier: GPL-3.0-or-later
#include "file_source.hpp"
#include "record_collector.hpp"

#include <plex_tuner/catalog/catalog_file.hpp>

#include <charconv>
#include <string>

#include <nlohmann/json.hpp>

namespace plex_tuner::catalog {
namespace {

using Json = nlohmann::json;

/// The shape nlohmann's SAX reader calls; false ends the reading.
class SaxEvents {
public:
    SaxEvents(FileSource& source, RecordCollector& collector)
        : source_(source), collector_(collector) {}

    bool null() { return marked(collector_.null()); }

    bool boolean(bool value) { return marked(collector_.scalar(value ? "true" : "false")); }

    bool number_integer(Json::number_integer_t value) { return number(value); }

    bool number_unsigned(Json::number_unsigned_t value) { return number(value); }

    bool number_float(Json::number_float_t /*value*/, const Json::string_t& as_written) {
        return marked(collector_.scalar(as_written));
    }

    bool string(const Json::string_t& value) { return marked(collector_.scalar(value)); }

    bool binary(const Json::binary_t& /*value*/) { return false; } // cannot occur in JSON text

    bool start_object(std::size_t /*unknown size*/) { return marked(collector_.start_object()); }

    bool key(const Json::string_t& name) { return marked(collector_.key(name)); }

    bool end_object() { return marked(collector_.end_object()); }

    bool start_array(std::size_t /*unknown size*/) { return marked(collector_.start_array()); }

    bool end_array() { return marked(collector_.end_array()); }

    /// The texts of the reader quote the content, and with it credentials: only the place is kept.
    bool parse_error(
        std::size_t position, const std::string& /*token*/, const Json::exception& /*error*/) {
        error_offset_ = position == 0 ? 0 : position - 1; // it counts the offending byte
        return false;
    }

    [[nodiscard]] std::size_t error_offset() const noexcept { return error_offset_; }

private:
    template <class Number>
    bool number(Number value) {
        std::array<char, 24> digits{};
        const auto [end, error] =
            std::to_chars(digits.data(), digits.data() + digits.size(), value);
        return marked(collector_.scalar({digits.data(), end}));
    }

    bool marked(bool go_on) {
        source_.mark();
        return go_on;
    }

    FileSource& source_;
    RecordCollector& collector_;
    std::size_t error_offset_ = 0;
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
    const bool complete = Json::sax_parse(source.begin(), source.end(), &events);
    if (source.io_error()) {
        return fail(Error::from_errno(*source.io_error(), "read " + path.string()));
    }
    if (source.nul_byte()) {
        return broken(
            path, *source.nul_byte(), ErrorCode::parse, "a zero byte where text should be");
    }
    if (source.over_limit()) {
        return broken(path, source.position(), ErrorCode::too_large, "a text is longer than 4 MiB");
    }
    if (collector.problem()) {
        return broken(
            path, source.position(), collector.problem()->code(), collector.problem()->message());
    }
    if (!complete && source.at_end()) {
        return broken(path, source.position(), ErrorCode::parse,
            source.position() == 0 ? "the file is empty" : "the file ends in the middle");
    }
    if (!complete) {
        return broken(path, events.error_offset(), ErrorCode::parse, "this is no JSON");
    }
    if (!collector.saw_catalog()) {
        return fail(ErrorCode::parse,
            path.string() + ": a JSON object with neither movies nor series nor live_channels");
    }
    return builder.build();
}

} // namespace plex_tuner::catalog
