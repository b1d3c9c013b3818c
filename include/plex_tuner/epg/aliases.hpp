// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <map>
#include <string>
#include <string_view>

namespace plex_tuner::epg {

/// Names of channels and the guide ids a person gave them. Keys are normalized names.
class Aliases {
public:
    /// `{"name_to_xmltv_id": {"<any spelling>": "<guide id>"}}`; other members are ignored, empty
    /// keys and values are dropped. Errors (parse) say where.
    [[nodiscard]] static Result<Aliases> parse(std::string_view json);

    /// Empty where there is none.
    [[nodiscard]] std::string_view find(std::string_view normalized_name) const;

    [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }

    void add(std::string_view name, std::string_view xmltv_id);

private:
    std::map<std::string, std::string, std::less<>> ids_;
};

} // namespace plex_tuner::epg
