// SPDX-License-Identifier: GPL-3.0-or-later
#include "shallow_json.hpp"

#include <optional>
#include <utility>

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace plex_tuner::gateway {
namespace {

/// False ends the reading.
// NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's
class MemberEvents : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, MemberEvents> {
public:
    /// Whatever has no place here.
    bool Default() {
        is_wrong_ = true;
        return false;
    }

    bool Bool(bool value) { return add(value); }

    bool Int(int value) { return add(std::int64_t{value}); }

    bool Uint(unsigned value) { return add(std::int64_t{value}); }

    bool Int64(std::int64_t value) { return add(value); }

    bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
        if (texts_) {
            texts_->emplace_back(text, length);
            return true;
        }
        return add(std::string(text, length));
    }

    bool StartArray() {
        if (depth_ != 2 || texts_) {
            return Default();
        }
        texts_.emplace();
        return true;
    }

    bool EndArray(rapidjson::SizeType /*elements*/) {
        std::vector<std::string> texts = *std::exchange(texts_, std::nullopt);
        return add(std::move(texts));
    }

    bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
        (depth_ == 1 ? key_ : member_).assign(text, length);
        return true;
    }

    bool StartObject() {
        if (depth_ == 2 || texts_) {
            return Default();
        }
        if (depth_ == 1) {
            members_.push_back({.key = key_});
        }
        ++depth_;
        return true;
    }

    bool EndObject(rapidjson::SizeType /*members*/) {
        --depth_;
        member_.clear();
        return true;
    }

    // NOLINTEND(readability-identifier-naming)

    [[nodiscard]] bool is_wrong() const noexcept { return is_wrong_; }

    /// Where the reading stands: "key" or "key.member".
    [[nodiscard]] std::string place() const {
        return depth_ == 0 ? "the whole" : depth_ == 1 ? key_ : key_ + "." + member_;
    }

    [[nodiscard]] std::vector<JsonMember> take() { return std::move(members_); }

private:
    template <class Value>
    bool add(Value value) {
        if (depth_ == 0 || texts_) {
            return Default();
        }
        members_.push_back({.key = key_, .member = member_, .value = std::move(value)});
        return true;
    }

    std::vector<JsonMember> members_;
    int depth_ = 0;
    std::string key_;
    std::string member_;
    std::optional<std::vector<std::string>> texts_; ///< of the array that is being read
    bool is_wrong_ = false;
};

} // namespace

Result<std::vector<JsonMember>> read_shallow_json(std::string_view json) {
    MemberEvents events;
    rapidjson::MemoryStream input(json.data(), json.size());
    rapidjson::Reader reader;
    const rapidjson::ParseResult parsed =
        reader.Parse<rapidjson::kParseIterativeFlag>(input, events);
    if (events.is_wrong()) {
        return fail(ErrorCode::parse, events.place() + " is of a kind that has no place here");
    }
    if (parsed.IsError()) {
        return fail(ErrorCode::parse, "byte " + std::to_string(parsed.Offset()) + ": " +
                                          rapidjson::GetParseError_En(parsed.Code()));
    }
    return events.take();
}

} // namespace plex_tuner::gateway
