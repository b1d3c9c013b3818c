// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/catalog/stream_address.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plex_tuner::catalog {

/// All text of a catalog lives in its arena; records hold views. A view is valid as long as the
/// Catalog it came from.
using Text = std::string_view;

/// name and value, e.g. a request header or a kept playlist attribute.
struct NamedText {
    Text name;
    Text value;
    friend bool operator==(const NamedText&, const NamedText&) = default;
};

/// One address of a channel and what must be sent with the request for it.
struct StreamSource {
    StreamAddress url;
    std::span<const NamedText> headers; ///< User-Agent, Referer, … from the playlist
};

struct LiveChannel {
    Text channel_id;   ///< unique in the catalog and stable over refreshes; appears in /stream/<id>
    Text guide_number; ///< as the provider wants it (tvg-chno …); empty when it names none
    Text guide_name;
    Text tvg_id; ///< XMLTV channel id at the source; may be empty
    Text tvg_name;
    Text logo;
    Text group_title;
    Text source_tag; ///< which provider it came from; may be empty
    Text tvg_shift;  ///< hours, as given
    bool radio = false;
    std::span<const StreamSource> sources; ///< never empty; best first
    std::span<const NamedText>
        attributes; ///< every other playlist attribute (catchup*, unknown ones)
};

struct Movie {
    Text id;
    Text title;
    std::int32_t year = 0;   ///< 0 unknown
    std::uint32_t added = 0; ///< when the provider got it: seconds since 1970; 0 unknown
    StreamAddress stream_url;
    Text artwork_url;
    Text category, region, language, source_tag;
    Text provider_category_id, provider_category_name;
};

struct Episode {
    Text id;
    std::int32_t season_number = 0;
    std::int32_t episode_number = 0;
    Text title;
    Text airdate;
    StreamAddress stream_url;
    std::uint32_t added = 0; ///< as Movie::added
};

struct Season {
    std::int32_t number = 0;
    std::span<const Episode> episodes;
};

struct Series {
    Text id;
    Text title;
    std::int32_t year = 0;
    Text artwork_url;
    Text category, region, language, source_tag;
    Text provider_category_id, provider_category_name;
    std::span<const Season> seasons;
};

/// What a refresh produced: immutable, shared by every reader. Made by CatalogBuilder.
class Catalog {
public:
    Catalog();
    ~Catalog();
    Catalog(Catalog&&) noexcept;
    Catalog& operator=(Catalog&&) noexcept;

    [[nodiscard]] std::span<const LiveChannel> live_channels() const noexcept;
    [[nodiscard]] std::span<const Movie> movies() const noexcept;
    [[nodiscard]] std::span<const Series> series() const noexcept;
    /// Bytes of text held, for metrics.
    [[nodiscard]] std::size_t text_bytes() const noexcept;

    /// Leaves each channel the sources that `revise` leaves in the list it is given, in that order;
    /// a channel without any is removed. Only before the catalog is shared: views of channels and
    /// of their sources are void afterwards, those of texts are not.
    void revise_sources(
        const std::function<void(const LiveChannel&, std::vector<StreamSource>&)>& revise);

private:
    friend class CatalogBuilder;
    struct State;
    std::unique_ptr<State> state_;
};

// A full account has 600,000 films and episodes: a field more is 5 MB more.
static_assert(sizeof(Movie) <= 176 && sizeof(Episode) <= 88);

/// Collects records; every Text, address and span given is copied (texts equal to the previous
/// record's same field, short repeated ones such as groups, and what addresses have in common are
/// stored once). Addresses may be given as plain URLs. Not thread-safe.
class CatalogBuilder {
public:
    CatalogBuilder();
    ~CatalogBuilder();
    CatalogBuilder(CatalogBuilder&&) noexcept;
    CatalogBuilder& operator=(CatalogBuilder&&) noexcept;

    /// A channel without a source cannot be played and is not added.
    void add(const LiveChannel& channel);
    void add(const Movie& movie);
    void add(const Series& series);

    /// The channels so far, for ids that depend on all of them; valid until the next add().
    [[nodiscard]] std::span<const LiveChannel> live_channels() const noexcept;
    void set_channel_id(std::size_t index, Text channel_id);
    /// Other addresses for a channel that was added, e.g. with the backups another account has for
    /// it; they may be those it has, which are not stored again. None at all changes nothing.
    void set_sources(std::size_t index, std::span<const StreamSource> sources);

    /// Puts the films and series so far into the order of vod_order.hpp.
    void sort_vod();

    /// Makes channel ids unique: the first of equal ones keeps it, the others get "-2", "-3", … in
    /// order; an empty one is derived from tvg_id and name. Leaves the builder empty.
    [[nodiscard]] Catalog build();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace plex_tuner::catalog
