// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "record_field.hpp"

#include <plex_tuner/base/error.hpp>
#include <plex_tuner/catalog/catalog.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::catalog {

/// Turns the events of a JSON reader into catalog records. An event returns false when the document
/// is no catalog; problem() then says why, and reading must stop. Pure.
class RecordCollector {
public:
    /// More URLs, headers, seasons or episodes in one record end the reading.
    static constexpr std::size_t kMaxListItems = std::size_t{1} << 16;
    /// So does more text in one record.
    static constexpr std::size_t kMaxRecordText = std::size_t{64} << 20;

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

    /// Where a text of the record stands in record_text_.
    struct Piece {
        std::uint32_t offset = 0;
        std::uint32_t size = 0;
    };

    struct NamedPiece {
        Piece name;
        Piece value;
    };

    struct EpisodePieces {
        Piece id, title, airdate, stream_url;
        std::int32_t season_number = 0;
        std::int32_t episode_number = 0;
        std::uint32_t added = 0;
    };

    struct SeasonRange {
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
    [[nodiscard]] bool take(Piece& piece, std::string_view text);
    [[nodiscard]] bool set_episode_text(std::string_view text);
    [[nodiscard]] std::vector<NamedText> views_of(const std::vector<NamedPiece>& items) const;
    void add_live_channel();
    void add_movie();
    void add_series();
    template <class Record>
    void fill_common(Record& record) const;

    [[nodiscard]] Text text_of(Piece piece) const {
        return Text(record_text_).substr(piece.offset, piece.size);
    }

    [[nodiscard]] Text text_of(Field field) const {
        return text_of(text_[static_cast<std::size_t>(field)]);
    }

    CatalogBuilder& builder_;
    std::optional<Error> problem_;
    std::vector<Context> stack_;
    Field field_ = Field::unknown;
    Piece name_; ///< the current key of a header or attribute map
    bool saw_list_ = false;

    std::string record_text_;
    std::array<Piece, kFields> text_;
    std::vector<Piece> urls_;
    std::vector<std::vector<NamedPiece>> headers_;
    std::vector<NamedPiece> attributes_;
    std::vector<SeasonRange> seasons_;
    std::vector<EpisodePieces> episodes_;
};

} // namespace plex_tuner::catalog
