// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/error.hpp>
#include <plex_tuner/catalog/catalog.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::catalog {

/// The members of catalog.json that are read; every other one is skipped.
enum class Field : std::uint8_t {
    airdate,
    artwork_url,
    attributes,
    category,
    channel_id,
    episode_num,
    episodes,
    group_title,
    guide_name,
    guide_number,
    id,
    language,
    live_channels,
    logo,
    movies,
    number,
    provider_category_id,
    provider_category_name,
    radio,
    region,
    season_num,
    seasons,
    series,
    source_headers,
    source_tag,
    stream_url,
    stream_urls,
    title,
    tvg_id,
    tvg_name,
    tvg_shift,
    year,
    unknown,
};
inline constexpr std::size_t kFields = static_cast<std::size_t>(Field::unknown) + 1;

/// Turns the events of a JSON reader into catalog records. An event returns false when the document
/// is no catalog; problem() then says why, and reading must stop. Pure.
class RecordCollector {
public:
    /// More URLs, headers, seasons or episodes in one record end the reading.
    static constexpr std::size_t kMaxListItems = std::size_t{1} << 16;

    explicit RecordCollector(CatalogBuilder& builder) : builder_(builder) {}

    [[nodiscard]] bool start_object() { return start_container(true); }

    [[nodiscard]] bool start_array() { return start_container(false); }

    [[nodiscard]] bool end_object();
    [[nodiscard]] bool end_array();
    [[nodiscard]] bool key(std::string_view name);
    /// A string, or a number or boolean as text.
    [[nodiscard]] bool scalar(std::string_view text);
    [[nodiscard]] bool null();

    /// At the end of the document: one of the three lists was there.
    [[nodiscard]] bool saw_catalog() const noexcept { return saw_list_; }

    [[nodiscard]] const std::optional<Error>& problem() const noexcept { return problem_; }

private:
    enum class Context : std::uint8_t {
        root,
        movies,
        movie,
        series,
        one_series,
        seasons,
        season,
        episodes,
        episode,
        live_channels,
        live_channel,
        stream_urls,
        source_headers,
        header_map,
        attributes,
        ignored,
    };

    struct OwnedNamed {
        std::string name;
        std::string value;
    };

    struct OwnedEpisode {
        std::string id, title, airdate, stream_url;
        std::int32_t season_number = 0;
        std::int32_t episode_number = 0;
    };

    struct OwnedSeason {
        std::int32_t number = 0;
        std::size_t first_episode = 0;
        std::size_t episodes = 0;
    };

    [[nodiscard]] bool start_container(bool object);
    [[nodiscard]] std::optional<Context> child_context(bool object);
    [[nodiscard]] std::optional<Context> list_of_root(bool object);
    [[nodiscard]] bool begin(Context context);
    [[nodiscard]] bool refuse(ErrorCode code, std::string message);
    [[nodiscard]] bool within_limit(std::size_t items);

    void begin_record();
    void set_episode_text(std::string_view text);
    void add_live_channel();
    void add_movie();
    void add_series();
    template <class Record>
    void fill_common(Record& record) const;

    [[nodiscard]] const std::string& text_of(Field field) const {
        return text_[static_cast<std::size_t>(field)];
    }

    CatalogBuilder& builder_;
    std::optional<Error> problem_;
    std::vector<Context> stack_;
    Field field_ = Field::unknown;
    std::string name_; ///< the current key of a header or attribute map
    bool saw_list_ = false;

    std::array<std::string, kFields> text_;
    std::vector<std::string> urls_;
    std::vector<std::vector<OwnedNamed>> headers_;
    std::vector<OwnedNamed> attributes_;
    std::vector<OwnedSeason> seasons_;
    std::vector<OwnedEpisode> episodes_;
};

} // namespace plex_tuner::catalog
