// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/catalog/catalog.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>

namespace plex_tuner::catalog::test {

/// Everything a catalog says, as text that can be compared.
inline std::string text_of(const Catalog& catalog) {
    std::ostringstream out;
    for (const LiveChannel& c : catalog.live_channels()) {
        out << "live " << c.channel_id << '|' << c.guide_number << '|' << c.guide_name << '|'
            << c.tvg_id << '|' << c.tvg_name << '|' << c.logo << '|' << c.group_title << '|'
            << c.source_tag << '|' << c.tvg_shift << (c.radio ? "|radio" : "") << '\n';
        for (const StreamSource& source : c.sources) {
            out << "  " << source.url;
            for (const NamedText& header : source.headers) {
                out << " {" << header.name << ": " << header.value << '}';
            }
            out << '\n';
        }
        for (const NamedText& attribute : c.attributes) {
            out << "  " << attribute.name << '=' << attribute.value << '\n';
        }
    }
    const auto common = [&out](const auto& r) {
        out << r.id << '|' << r.title << '|' << r.year << '|' << r.artwork_url << '|' << r.category
            << '|' << r.region << '|' << r.language << '|' << r.source_tag << '|'
            << r.provider_category_id << '|' << r.provider_category_name;
    };
    const auto added = [](std::uint32_t seconds) {
        return seconds == 0 ? std::string() : "|added " + std::to_string(seconds);
    };
    for (const Movie& m : catalog.movies()) {
        out << "movie ";
        common(m);
        out << '|' << m.stream_url << added(m.added) << '\n';
    }
    for (const Series& s : catalog.series()) {
        out << "series ";
        common(s);
        out << '\n';
        for (const Season& season : s.seasons) {
            out << "  season " << season.number << '\n';
            for (const Episode& e : season.episodes) {
                out << "    " << e.id << '|' << e.season_number << '|' << e.episode_number << '|'
                    << e.title << '|' << e.airdate << '|' << e.stream_url << added(e.added) << '\n';
            }
        }
    }
    return out.str();
}

inline void put(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline std::string get(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace plex_tuner::catalog::test
