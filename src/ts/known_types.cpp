// SPDX-License-Identifier: GPL-3.0-or-later
#include "known_types.hpp"

namespace plex_tuner::ts {

std::optional<Codec> KnownTypes::find(const ElementaryStream& announced) const {
    const auto type = types_.find(announced.pid);
    return type != types_.end() && type->second.announced == announced
               ? std::optional(type->second.found)
               : std::nullopt;
}

void KnownTypes::learn(const ElementaryStream& announced, Codec found) {
    types_[announced.pid] = {.announced = announced, .found = found};
}

} // namespace plex_tuner::ts
