// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/epg/channel_name.hpp>

#include <map>
#include <string>
#include <string_view>

namespace plex_tuner::epg {

/// Names of channels and the guide ids a person gave them, under normalized names. One whose name
/// says a country ("UK: Gold") is for channels of that country and for those of none.
class Aliases {
public:
    /// `{"name_to_xmltv_id": {"<any spelling>": "<guide id>"}}`; other members are ignored, empty
    /// keys and values are dropped. Errors (parse) say where.
    [[nodiscard]] static Result<Aliases> parse(std::string_view json);

    /// Empty where there is none.
    [[nodiscard]] std::string_view find(const ChannelName& name) const;

    [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }

    void add(std::string_view name, std::string_view xmltv_id);

private:
    struct Alias {
        std::string country; ///< empty: any
        std::string xmltv_id;
    };

    std::multimap<std::string, Alias, std::less<>> ids_;
};

} // namespace plex_tuner::epg
