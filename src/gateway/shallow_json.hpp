// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace plex_tuner::gateway {

/// One member of a JSON object, or of an object in it.
struct JsonMember {
    std::string key = {};
    std::string member = {}; ///< of the object under `key`; empty: of the key itself
    /// monostate: the value is an object, whose members follow.
    std::variant<std::monostate, bool, std::int64_t, std::string, std::vector<std::string>> value =
        {};
};

/// The members of a JSON object, in order: true, false, whole numbers and texts, and objects of
/// these and of arrays of texts. parse: it is none, or holds anything else, which is named.
[[nodiscard]] Result<std::vector<JsonMember>> read_shallow_json(std::string_view json);

} // namespace plex_tuner::gateway
