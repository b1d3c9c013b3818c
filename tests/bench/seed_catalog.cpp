// SPDX-License-Identifier: GPL-3.0-or-later
#include "seed_catalog.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::bench {
namespace {

using namespace catalog;

constexpr std::string_view kHost = "http://line.provider.example:8080";
constexpr std::string_view kAccount = "/username12345/password12345/";

constexpr std::array<std::string_view, 32> kWords = {"Night", "River", "Storm", "The", "Lost",
    "City", "of", "Glass", "Königin", "Winter", "Dark", "Light", "House", "on", "Hill", "Road",
    "L'été", "Brothers", "Last", "Summer", "Blood", "Moon", "Return", "King", "Señor", "Garden",
    "Silent", "Ocean", "War", "Peace", "A", "Stranger"};
constexpr std::array<std::string_view, 8> kTags = {
    "EN", "4K-NF", "DE", "AR-SUBS", "FR", "NF", "UK", "SE"};
constexpr std::array<std::string_view, 12> kCategories = {"ENGLISH MOVIES", "NETFLIX", "KIDS",
    "DEUTSCH", "ARABIC MOVIES", "FRANCE FILMS", "SPORT DOCS", "4K UHD", "NORDIC", "CLASSICS",
    "MUSIC CONCERTS", "DISNEY+"};

/// Numbers that look random and are the same in every run.
class Sequence {
public:
    std::uint32_t next() {
        state_ = state_ * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
        return static_cast<std::uint32_t>(state_ >> 33U);
    }

    template <std::size_t N>
    std::string_view of(const std::array<std::string_view, N>& choices) {
        return choices[next() % N];
    }

    std::string words(std::size_t count) {
        std::string text(of(kWords));
        for (std::size_t i = 1; i < count; ++i) {
            text.append(" ").append(of(kWords));
        }
        return text;
    }

    std::string artwork() {
        static constexpr std::string_view kLetters =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        std::string name;
        for (int i = 0; i < 27; ++i) {
            name += kLetters[next() % kLetters.size()];
        }
        return "https://image.tmdb.example/t/p/w600_and_h900_bestv2/" + name + ".jpg";
    }

private:
    std::uint64_t state_ = 3;
};

std::string url(std::string_view kind, const std::string& id, std::string_view extension) {
    return std::string(kHost).append(kind).append(kAccount).append(id).append(extension);
}

void add_channels(CatalogBuilder& builder) {
    for (int i = 0; i < kSeedChannels; ++i) {
        const std::string id = std::to_string(100'000 + i);
        const std::string name = "DE | Kanal über " + std::to_string(i) + " FHD";
        const std::string address = url("/live", id, ".ts");
        const std::string backup = "http://backup.provider.example/live/username12345/pw/" + id;
        const std::array<StreamSource, 2> sources = {{{address, {}}, {backup, {}}}};
        const std::string group = "DE | Vollprogramm " + std::to_string(i / 60);
        const std::string tvg_id = "kanal" + std::to_string(i) + ".de";
        const std::string logo = "http://logos.example/images/channels/" + id + ".png";
        LiveChannel channel;
        channel.channel_id = id;
        channel.guide_number = id;
        channel.guide_name = name;
        channel.tvg_id = tvg_id;
        channel.logo = logo;
        channel.group_title = group;
        channel.sources = sources;
        builder.add(channel);
    }
}

/// What a film and a series have in common, kept while it is added.
class Facts {
public:
    explicit Facts(Sequence& random, int id)
        : id_(std::to_string(id)), year_(1950 + static_cast<std::int32_t>(random.next() % 75)),
          artwork_(random.artwork()), tag_(random.of(kTags)),
          category_number_(random.next() % 200) {
        title_ = std::string(tag_) + " - " + random.words(2 + random.next() % 4) + " (" +
                 std::to_string(year_) + ")";
        category_id_ = std::to_string(300 + category_number_);
        category_name_ = "VOD | " +
                         std::string(kCategories[category_number_ % kCategories.size()]) + " " +
                         std::to_string(category_number_);
    }

    [[nodiscard]] const std::string& id() const { return id_; }

    template <class Record>
    [[nodiscard]] Record record() const {
        Record record;
        record.id = id_;
        record.title = title_;
        record.year = year_;
        record.artwork_url = artwork_;
        record.category = "movies";
        record.region = "intl";
        record.language = "en";
        record.source_tag = tag_;
        record.provider_category_id = category_id_;
        record.provider_category_name = category_name_;
        return record;
    }

private:
    std::string id_;
    std::int32_t year_;
    std::string artwork_;
    std::string_view tag_;
    std::uint32_t category_number_;
    std::string title_;
    std::string category_id_;
    std::string category_name_;
};

void add_movies(CatalogBuilder& builder, Sequence& random) {
    for (int i = 0; i < kSeedMovies; ++i) {
        const Facts facts(random, 500'000 + i);
        const std::string address = url("/movie", facts.id(), ".mkv");
        auto movie = facts.record<Movie>();
        movie.stream_url = address;
        builder.add(movie);
    }
}

void add_series(CatalogBuilder& builder, Sequence& random, int per_season) {
    struct Texts {
        std::string id, title, address, airdate;
    };

    int episode_id = 1'000'000;
    for (int i = 0; i < kSeedSeries; ++i) {
        const Facts facts(random, 20'000 + i);
        std::vector<Texts> texts;
        for (int e = 0; e < kSeedSeasons * per_season; ++e) {
            const std::string id = std::to_string(++episode_id);
            texts.push_back(
                {id, random.words(2) + " - S01E0" + std::to_string(e), url("/series", id, ".mp4"),
                    std::to_string(1980 + random.next() % 45) + "-" +
                        std::to_string(10 + random.next() % 3) + "-" +
                        std::to_string(10 + random.next() % 19)});
        }
        std::array<std::vector<Episode>, kSeedSeasons> episodes;
        std::array<Season, kSeedSeasons> seasons;
        for (int s = 0; s < kSeedSeasons; ++s) {
            for (int e = 0; e < per_season; ++e) {
                const Texts& text = texts[static_cast<std::size_t>(s * per_season + e)];
                episodes[static_cast<std::size_t>(s)].push_back({.id = text.id,
                    .season_number = s + 1,
                    .episode_number = e + 1,
                    .title = text.title,
                    .airdate = text.airdate,
                    .stream_url = text.address});
            }
            seasons[static_cast<std::size_t>(s)] = {s + 1, episodes[static_cast<std::size_t>(s)]};
        }
        auto series = facts.record<Series>();
        series.seasons = seasons;
        builder.add(series);
    }
}

} // namespace

Catalog seed_catalog(int episodes_per_season) {
    CatalogBuilder builder;
    Sequence random;
    add_channels(builder);
    add_movies(builder, random);
    add_series(builder, random, episodes_per_season);
    return builder.build();
}

} // namespace plex_tuner::bench
