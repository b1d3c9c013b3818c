// SPDX-License-Identifier: GPL-3.0-or-later
#include "m3u_text.hpp"
#include "xtream_list.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/provider/hdhr_reader.hpp>

#include <utility>

namespace plex_tuner::provider {
namespace {

constexpr std::int64_t kMostTuners = 1'000;

/// The members of one flat object.
class DeviceWalker final : public JsonEvents {
public:
    void open_object() override {
        is_object_ = is_object_ || level_ == 0;
        open();
    }

    void open_list() override { open(); }

    void close() override { --level_; }

    void key(std::string_view name) override {
        member_ = level_ == 1 ? std::string(name) : std::string();
    }

    void text(std::string_view value) override {
        if (std::string* place = place_of_text()) {
            *place = value;
            tidy(*place);
        } else if (member_ == "TunerCount") {
            device_.tuner_count = static_cast<int>(count_of(value, kMostTuners).value_or(0));
        }
    }

    void integer(std::int64_t value) override {
        if (member_ == "TunerCount" && value > 0 && value <= kMostTuners) {
            device_.tuner_count = static_cast<int>(value);
        }
    }

    void boolean(bool /*value*/) override {}

    void null() override {}

    [[nodiscard]] Result<HdhrDevice> finish() && {
        if (!is_object_ ||
            (device_.device_id.empty() && device_.lineup_url.empty() && device_.base_url.empty())) {
            return fail(ErrorCode::parse, "discover.json: this is no HDHomeRun's answer");
        }
        return std::move(device_);
    }

private:
    void open() {
        member_.clear();
        ++level_;
    }

    [[nodiscard]] std::string* place_of_text() {
        return member_ == "DeviceID"       ? &device_.device_id
               : member_ == "FriendlyName" ? &device_.friendly_name
               : member_ == "BaseURL"      ? &device_.base_url
               : member_ == "LineupURL"    ? &device_.lineup_url
                                           : nullptr;
    }

    HdhrDevice device_;
    std::string member_;
    std::size_t level_ = 0;
    bool is_object_ = false;
};

struct Lineup {
    enum Slot : std::uint8_t { kNumber, kName, kUrl, kTvgId, kLogo, kProtected, kTags, kEnd };

    using Record = HdhrChannel;
    static constexpr std::string_view kWhat = "the lineup of the HDHomeRun";
    static constexpr std::size_t kSlots = kEnd;
    static constexpr FieldTable kFields{std::to_array<Field>(
        {{"GuideNumber", kNumber}, {"GuideName", kName}, {"URL", kUrl}, {"TvgId", kTvgId},
            {"ImageURL", kLogo}, {"DRM", kProtected, FieldKind::flag}, {"Tags", kTags}})};

    static bool make(auto& values, Record& record) {
        for (const Slot slot : {kNumber, kName, kUrl, kTvgId, kLogo}) {
            tidy(values[slot]);
        }
        values[kNumber] = channel_number(values[kNumber]);
        const auto url = Url::parse(values[kUrl]);
        if (values[kNumber].empty() || !url || !url->is_http() || is_yes(values[kProtected]) ||
            ascii::icontains(values[kTags], "drm")) {
            return false;
        }
        record.number = values[kNumber];
        record.name = values[kName].empty() ? record.number : std::string_view(values[kName]);
        record.url = values[kUrl];
        record.tvg_id = values[kTvgId];
        record.logo = values[kLogo];
        return true;
    }
};

} // namespace

Result<HdhrDevice> read_hdhr_device(const Chunks& chunks) {
    DeviceWalker walker;
    if (auto read = read_json(chunks, "discover.json", walker); !read) {
        return fail(std::move(read).error());
    }
    return std::move(walker).finish();
}

Result<XtreamCounts> read_hdhr_lineup(
    const Chunks& chunks, const std::function<void(const HdhrChannel&)>& channel) {
    return read_list<Lineup>(chunks, channel);
}

} // namespace plex_tuner::provider
