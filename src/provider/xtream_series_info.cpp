// SPDX-License-Identifier: GPL-3.0-or-later
#include "account_answer.hpp"
#include "json_reader.hpp"
#include "panel_values.hpp"
#include "record_fields.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/provider/xtream_reader.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

namespace plex_tuner::provider {
namespace {

constexpr std::string_view kWhat = "the series information";
constexpr std::int64_t kMaxSeason = 10'000;
constexpr std::int64_t kMaxEpisode = 1'000'000;

enum Slot : std::uint8_t { kId, kSeason, kNumber, kTitle, kAirdate, kExtension, kAdded, kSlots };

constexpr FieldTable kEpisodeFields{std::to_array<Field>(
    {{"id", kId}, {"season", kSeason}, {"season_num", kSeason}, {"season_number", kSeason},
        {"episode_num", kNumber}, {"episode_number", kNumber}, {"title", kTitle}, {"name", kTitle},
        {"releaseDate", kAirdate}, {"releasedate", kAirdate}, {"release_date", kAirdate},
        {"air_date", kAirdate}, {"container_extension", kExtension}, {"added", kAdded}})};

constexpr FieldTable kEpisodeInfoFields{std::to_array<Field>({{"releaseDate", kAirdate},
    {"releasedate", kAirdate}, {"release_date", kAirdate}, {"air_date", kAirdate}})};

/// Where in the answer the reader is.
enum class Place : std::uint8_t {
    root,
    account,
    info,          ///< of the series
    episode_list,  ///< "episodes" as a list: of episodes, or of seasons
    episode_map,   ///< "episodes" as an object: of episodes, or of seasons
    season_list,   ///< the episodes of one season
    season_or_one, ///< an object in the map: an episode, or a season as a map of episodes
    episode,
    episode_info,
    ignored,
};

class SeriesInfoWalker final : public JsonEvents {
public:
    explicit SeriesInfoWalker(const std::function<void(const XtreamEpisode&)>& sink) : sink_(sink) {
        places_.reserve(kMaxJsonDepth);
    }

    void open_object() override { enter(object_place()); }

    void open_list() override { enter(list_place()); }

    void close() override {
        const Place left = places_.back();
        places_.pop_back();
        if (left == Place::episode || (left == Place::season_or_one && is_one_episode_)) {
            end_episode();
        }
        field_ = nullptr;
    }

    void key(std::string_view name) override {
        field_ = nullptr;
        switch (place()) {
        case Place::root:
            key_.assign(name);
            if (name == AccountAnswer::kMember) {
                account_.saw_member();
            }
            break;
        case Place::episode_map:
            season_key_ = to_int(count_of(name, kMaxSeason));
            break;
        case Place::season_or_one:
            key_.assign(name);
            field_ = kEpisodeFields.find(name);
            is_one_episode_ = is_one_episode_ || field_ != nullptr;
            break;
        case Place::episode:
            key_.assign(name);
            field_ = kEpisodeFields.find(name);
            break;
        case Place::episode_info:
            field_ = kEpisodeInfoFields.find(name);
            break;
        case Place::info:
        case Place::account:
            key_.assign(name);
            break;
        default:
            break;
        }
    }

    void text(std::string_view value) override {
        if (field_ != nullptr) {
            values_.set(*field_, value);
        } else {
            other_value(value, is_yes(value));
        }
    }

    void integer(std::int64_t value) override {
        std::array<char, 24> digits{};
        const auto [end, error] =
            std::to_chars(digits.data(), digits.data() + digits.size(), value);
        text({digits.data(), end});
    }

    void boolean(bool value) override {
        if (field_ == nullptr) {
            other_value(value ? "1" : "", value);
        }
    }

    void null() override { other_value("", false); }

    [[nodiscard]] Result<XtreamSeriesInfo> finish() const {
        if (Result<void> account = account_.verdict(kWhat); !account) {
            return fail(std::move(account).error());
        }
        if (!is_answer_) {
            return fail(ErrorCode::parse, std::string(kWhat) + ": the panel sent something else");
        }
        return XtreamSeriesInfo{.episodes = episodes_, .known = has_name_ || episodes_.read != 0};
    }

private:
    /// At the root value, before it or behind it, there is no place: ignored stands for it.
    [[nodiscard]] Place place() const { return places_.empty() ? Place::ignored : places_.back(); }

    [[nodiscard]] Place object_place() {
        if (places_.empty()) {
            return Place::root;
        }
        switch (place()) {
        case Place::root:
            return key_ == "episodes"               ? Place::episode_map
                   : key_ == "info"                 ? Place::info
                   : key_ == AccountAnswer::kMember ? Place::account
                                                    : Place::ignored;
        case Place::episode_map:
            values_.clear();
            is_one_episode_ = false;
            return Place::season_or_one;
        case Place::episode_list:
            season_key_.reset();
            place_in_list_.reset();
            values_.clear();
            return Place::episode;
        case Place::season_list:
            values_.clear();
            return Place::episode;
        case Place::season_or_one:
            if (key_ == "info") {
                is_one_episode_ = true;
                return Place::episode_info;
            }
            if (std::ranges::all_of(key_, ascii::is_digit)) {
                is_one_episode_ = false;
                values_.clear();
                return Place::episode;
            }
            return Place::ignored;
        case Place::episode:
            return key_ == "info" ? Place::episode_info : Place::ignored;
        default:
            return Place::ignored;
        }
    }

    [[nodiscard]] Place list_place() {
        switch (place()) {
        case Place::root:
            return key_ == "episodes" ? Place::episode_list : Place::ignored;
        case Place::episode_list:
            season_key_.reset();
            place_in_list_ = place_in_list_.value_or(0) + 1;
            return Place::season_list;
        case Place::episode_map:
            return Place::season_list;
        case Place::season_list:
            ++episodes_.skipped;
            return Place::ignored;
        default:
            // Of the root too: [] says that there is no such series; what a fuller list holds is
            // no answer.
            return Place::ignored;
        }
    }

    void enter(Place to) {
        if (places_.size() == 1 && place() == Place::ignored) {
            is_answer_ = false; // a list of something
        }
        places_.push_back(to);
        field_ = nullptr;
    }

    void other_value(std::string_view value, bool yes) {
        switch (place()) {
        case Place::account:
            if (key_ == AccountAnswer::kAuth) {
                account_.saw_auth(yes);
            }
            break;
        case Place::info:
            has_name_ = has_name_ || (key_ == "name" && !value.empty());
            break;
        case Place::episode_list:
        case Place::episode_map:
        case Place::season_list:
            ++episodes_.skipped;
            break;
        case Place::ignored:
            if (places_.size() <= 1) {
                is_answer_ = places_.empty() && value.empty();
            }
            break;
        default:
            break;
        }
    }

    [[nodiscard]] static std::optional<std::int32_t> to_int(std::optional<std::int64_t> number) {
        return number ? std::optional(static_cast<std::int32_t>(*number)) : std::nullopt;
    }

    void end_episode() {
        if (!tidy_id(values_[kId])) {
            ++episodes_.skipped;
            return;
        }
        tidy(values_[kTitle]);
        tidy(values_[kAirdate]);
        tidy_extension(values_[kExtension]);
        const auto code = episode_code(values_[kTitle]);
        std::optional<std::int32_t> season = to_int(count_of(values_[kSeason], kMaxSeason));
        if (!season && places_.back() != Place::episode_map) {
            season = season_key_; // the key of a single episode is no season but its index
        }
        if (!season) {
            season = code ? code->season : place_in_list_.value_or(1);
        }
        const std::optional<std::int32_t> number = to_int(count_of(values_[kNumber], kMaxEpisode));
        ++episodes_.read;
        sink_({.id = values_[kId],
            .season = *season,
            .number = number ? *number
                      : code ? code->episode
                             : 0,
            .title = values_[kTitle],
            .airdate = values_[kAirdate],
            .extension = values_[kExtension],
            .added = epoch_of(values_[kAdded])});
        values_.clear();
    }

    const std::function<void(const XtreamEpisode&)>& sink_;
    std::vector<Place> places_;
    RecordValues<kSlots> values_;
    const Field* field_ = nullptr; ///< what the next value belongs to; null: it is not read
    std::string key_;              ///< where it matters to the value
    std::optional<std::int32_t> season_key_;
    std::optional<std::int32_t> place_in_list_; ///< of the season list, from 1
    bool is_one_episode_ = false; ///< the season_or_one has shown itself to be an episode
    bool is_answer_ = true;
    AccountAnswer account_;
    XtreamCounts episodes_;
    bool has_name_ = false;
};

} // namespace

Result<XtreamSeriesInfo> read_xtream_series_info(
    const Chunks& chunks, const std::function<void(const XtreamEpisode&)>& episode) {
    SeriesInfoWalker walker(episode);
    if (Result<void> read = read_json(chunks, kWhat, walker); !read) {
        return fail(std::move(read).error());
    }
    return walker.finish();
}

} // namespace plex_tuner::provider
