// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/catalog/catalog.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::vodfs {

/// Makes catalogs for tests.
class VodCatalog {
public:
    VodCatalog& film(std::string_view id, std::string_view title, int year = 0,
        std::string_view url = "http://h/movie/u/p/1.mkv", std::uint32_t added = 0) {
        catalog::Movie movie;
        movie.id = id;
        movie.title = title;
        movie.year = year;
        movie.stream_url = url;
        movie.added = added;
        builder_.add(movie);
        return *this;
    }

    struct Episode {
        std::string id;
        int season = 1;
        int number = 1;
        std::string title = {};
        std::string url = "http://h/series/u/p/1.mkv";
        std::uint32_t added = 0;
        std::string airdate = {};
    };

    /// Episodes of a season stand together.
    VodCatalog& series(std::string_view id, std::string_view title, int year,
        const std::vector<Episode>& episodes) {
        std::vector<catalog::Episode> records;
        for (const Episode& episode : episodes) {
            records.push_back({.id = episode.id,
                .season_number = episode.season,
                .episode_number = episode.number,
                .title = episode.title,
                .airdate = episode.airdate,
                .stream_url = episode.url,
                .added = episode.added});
        }
        std::vector<catalog::Season> seasons;
        const std::span<const catalog::Episode> all(records);
        for (std::size_t begin = 0; begin < all.size();) {
            std::size_t end = begin;
            while (end < all.size() && all[end].season_number == all[begin].season_number) {
                ++end;
            }
            seasons.push_back({all[begin].season_number, all.subspan(begin, end - begin)});
            begin = end;
        }
        catalog::Series record;
        record.id = id;
        record.title = title;
        record.year = year;
        record.seasons = seasons;
        builder_.add(record);
        return *this;
    }

    [[nodiscard]] std::shared_ptr<const catalog::Catalog> build() {
        return std::make_shared<const catalog::Catalog>(builder_.build());
    }

private:
    catalog::CatalogBuilder builder_;
};

} // namespace plex_tuner::vodfs
