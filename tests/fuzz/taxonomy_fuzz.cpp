// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as title and provider category (parted by the first line end): tag and title are parts
// of what was given, and the order of films does not depend on the order they came in.
#include <plex_tuner/catalog/taxonomy.hpp>
#include <plex_tuner/catalog/vod_order.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace plex_tuner::catalog;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

bool is_part(std::string_view part, std::string_view whole) {
    return part.empty() || (part.data() >= whole.data() &&
                               part.data() + part.size() <= whole.data() + whole.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(data, data + size);
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view title = std::string_view(bytes).substr(0, end);
    const std::string_view category =
        std::string_view(bytes).substr(std::min(end + 1, bytes.size()));
    for (const TitleKind kind : {TitleKind::movie, TitleKind::series}) {
        const Taxonomy found = classify({title, category, kind});
        require(is_part(found.source_tag, title) && is_part(found.title, title));
        require(!found.category.empty() && !found.region.empty() && !found.language.empty());
    }
    Movie one;
    one.id = "1";
    one.title = title;
    Movie two;
    two.id = "2";
    two.title = category;
    apply_taxonomy(one);
    apply_taxonomy(two);
    std::array<Movie, 2> forward = {one, two};
    std::array<Movie, 2> backward = {two, one};
    sort_vod(forward);
    sort_vod(backward);
    require(forward[0].id == backward[0].id && forward[1].id == backward[1].id);
    return 0;
}
