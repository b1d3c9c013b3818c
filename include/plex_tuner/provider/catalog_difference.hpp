// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/catalog/catalog.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::provider {

enum class RecordKind : std::uint8_t { channel, film, series };

/// "channels", "films", "series".
[[nodiscard]] std::string_view plural_of(RecordKind kind) noexcept;

/// What of a catalog is needed to compare it with the next one: hashes, 24 bytes a record.
class CatalogSummary {
public:
    CatalogSummary() = default;
    explicit CatalogSummary(const catalog::Catalog& catalog);

    struct Record {
        std::uint64_t id = 0;
        std::uint64_t name = 0;
        std::uint64_t place = 0; ///< group or category
    };

    [[nodiscard]] const std::vector<Record>& records(RecordKind kind) const noexcept {
        return records_[static_cast<std::size_t>(kind)];
    }

private:
    std::array<std::vector<Record>, 3> records_;
};

/// How one kind of record changed from one catalog to the next. A record is recognised by its id,
/// else by its name: a provider that renumbers everything has removed nothing.
struct KindDifference {
    std::size_t before = 0;
    std::size_t after = 0;
    std::size_t added = 0;
    std::size_t removed = 0;
    std::size_t renamed = 0; ///< the same id under another name
    std::size_t moved = 0;   ///< the same id and name in another group or category

    /// Of those there were, in percent, rounded down.
    [[nodiscard]] int percent_removed() const noexcept {
        return before == 0 ? 0 : static_cast<int>(removed * 100 / before);
    }

    [[nodiscard]] bool any() const noexcept { return added + removed + renamed + moved > 0; }

    friend bool operator==(const KindDifference&, const KindDifference&) = default;
};

struct CatalogDifference {
    std::array<KindDifference, 3> kinds;

    [[nodiscard]] const KindDifference& of(RecordKind kind) const noexcept {
        return kinds[static_cast<std::size_t>(kind)];
    }

    [[nodiscard]] bool any() const noexcept;

    friend bool operator==(const CatalogDifference&, const CatalogDifference&) = default;
};

[[nodiscard]] CatalogDifference difference(
    const CatalogSummary& before, const CatalogSummary& after);

/// Why `change` loses more than `percent` of some kind; empty when it does not. At 100 everything
/// passes, but a catalog that had channels and has none.
[[nodiscard]] std::string excessive_loss(const CatalogDifference& change, int percent);

} // namespace plex_tuner::provider
