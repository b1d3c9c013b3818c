// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/epg/aliases.hpp>

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace plex_tuner::epg {
namespace {

constexpr std::string_view kMap = "name_to_xmltv_id";

/// Takes the texts of the map and passes over everything else. False ends the reading.
// NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's
class AliasEvents : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, AliasEvents> {
public:
    explicit AliasEvents(Aliases& aliases) : aliases_(aliases) {}

    bool Default() { return value_is_fine(); }

    bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
        if (in_map() && depth_ == 2) {
            aliases_.add(key_, {text, length});
            return true;
        }
        return value_is_fine();
    }

    bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
        if (depth_ == 1) {
            member_.assign(text, length);
        } else if (depth_ == 2) {
            key_.assign(text, length);
        }
        return true;
    }

    bool StartObject() {
        saw_map_ = saw_map_ || (depth_ == 1 && in_map());
        const bool fine = depth_ < 2 || value_is_fine();
        ++depth_;
        return fine;
    }

    bool EndObject(rapidjson::SizeType /*members*/) {
        --depth_;
        return true;
    }

    bool StartArray() {
        const bool fine = value_is_fine();
        depth_ += kInArray;
        return fine;
    }

    bool EndArray(rapidjson::SizeType /*elements*/) {
        depth_ -= kInArray;
        return true;
    }

    // NOLINTEND(readability-identifier-naming)

    [[nodiscard]] bool saw_map() const noexcept { return saw_map_; }

    [[nodiscard]] const std::string& wrong_key() const noexcept { return wrong_key_; }

private:
    static constexpr int kInArray = 100; ///< nothing in there is a member of ours

    [[nodiscard]] bool in_map() const { return member_ == kMap && depth_ < kInArray; }

    /// What is no text is fine but as the value of a name.
    bool value_is_fine() {
        if (depth_ == 2 && in_map()) {
            wrong_key_ = key_;
            return false;
        }
        return true;
    }

    Aliases& aliases_;
    int depth_ = 0;
    std::string member_;
    std::string key_;
    std::string wrong_key_;
    bool saw_map_ = false;
};

} // namespace

Result<Aliases> Aliases::parse(std::string_view json) {
    Aliases aliases;
    AliasEvents events(aliases);
    rapidjson::MemoryStream input(json.data(), json.size());
    rapidjson::Reader reader;
    const rapidjson::ParseResult parsed =
        reader.Parse<rapidjson::kParseIterativeFlag>(input, events);
    if (!events.wrong_key().empty()) {
        return fail(ErrorCode::parse, "the guide id of '" + events.wrong_key() + "' is no text");
    }
    if (parsed.IsError()) {
        return fail(ErrorCode::parse, "byte " + std::to_string(parsed.Offset()) + ": " +
                                          rapidjson::GetParseError_En(parsed.Code()));
    }
    if (!events.saw_map()) {
        return fail(ErrorCode::parse, "no object \"" + std::string(kMap) + "\" in it");
    }
    return aliases;
}

std::string_view Aliases::find(const ChannelName& name) const {
    const auto [begin, end] = ids_.equal_range(name.key());
    std::string_view of_any;
    for (auto one = begin; one != end; ++one) {
        const Alias& alias = one->second;
        if (!name.country.empty() && alias.country == name.country) {
            return alias.xmltv_id;
        }
        if (of_any.empty() && (alias.country.empty() || name.country.empty())) {
            of_any = alias.xmltv_id;
        }
    }
    return of_any;
}

void Aliases::add(std::string_view name, std::string_view xmltv_id) {
    ChannelName parsed = parse_channel_name(name);
    std::string key = parsed.key();
    xmltv_id = ascii::trim(xmltv_id);
    if (!key.empty() && !xmltv_id.empty()) {
        ids_.emplace(std::move(key), Alias{std::move(parsed.country), std::string(xmltv_id)});
    }
}

} // namespace plex_tuner::epg
