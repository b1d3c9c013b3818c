// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/epg/link_report.hpp>

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace plex_tuner::epg {
namespace {

/// Objects with a lineup_identifier are the rows, wherever they stand.
// NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's
class OracleEvents : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, OracleEvents> {
public:
    bool Default() { return true; }

    bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
        if (rows_.empty()) {
            return true;
        }
        OracleRow& row = rows_.back();
        if (key_ == "guide_name") {
            row.guide_name.assign(text, length);
        } else if (key_ == "tvg_id") {
            row.tvg_id.assign(text, length);
        } else if (key_ == "lineup_identifier") {
            row.lineup_identifier.assign(text, length);
        } else if (key_ == "channel_key") {
            row.channel_key.assign(text, length);
        }
        return true;
    }

    bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
        key_.assign(text, length);
        return true;
    }

    bool StartObject() {
        rows_.emplace_back();
        return true;
    }

    bool EndObject(rapidjson::SizeType /*members*/) {
        if (!rows_.back().lineup_identifier.empty()) {
            found_.push_back(std::move(rows_.back()));
        }
        rows_.pop_back();
        return true;
    }

    // NOLINTEND(readability-identifier-naming)

    [[nodiscard]] std::vector<OracleRow> take() { return std::move(found_); }

private:
    std::string key_;
    std::vector<OracleRow> rows_; ///< of the objects that are open
    std::vector<OracleRow> found_;
};

} // namespace

Result<std::vector<OracleRow>> parse_oracle_report(std::string_view json) {
    OracleEvents events;
    rapidjson::MemoryStream input(json.data(), json.size());
    rapidjson::Reader reader;
    // Depth is the reader's own stack: iterative parsing needs none of ours.
    const rapidjson::ParseResult parsed =
        reader.Parse<rapidjson::kParseIterativeFlag>(input, events);
    if (parsed.IsError()) {
        return fail(ErrorCode::parse, "byte " + std::to_string(parsed.Offset()) + ": " +
                                          rapidjson::GetParseError_En(parsed.Code()));
    }
    return events.take();
}

} // namespace plex_tuner::epg
