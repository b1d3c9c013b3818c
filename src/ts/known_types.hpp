// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/psi.hpp>

#include <cstdint>
#include <map>
#include <optional>

namespace plex_tuner::ts {

/// What inspections of a source's streams have shown, so that each is inspected once for as long as
/// the PMT says the same about it. Pure; not thread-safe.
class KnownTypes {
public:
    /// What the stream was found to be, unknown standing for "nothing against its PMT"; nullopt:
    /// not inspected as it is announced.
    [[nodiscard]] std::optional<Codec> find(const ElementaryStream& announced) const;

    void learn(const ElementaryStream& announced, Codec found);

    /// Another source.
    void clear() noexcept { types_.clear(); }

private:
    struct Type {
        ElementaryStream announced;
        Codec found = Codec::unknown;
    };

    std::map<std::uint16_t, Type> types_; ///< by PID of the source
};

} // namespace plex_tuner::ts
