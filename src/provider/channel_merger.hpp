// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/catalog/catalog.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace plex_tuner::provider {

/// Puts channels of several accounts into one builder, those that an earlier account has as backups
/// of its channel. See CatalogAssembler.
class ChannelMerger {
public:
    explicit ChannelMerger(catalog::CatalogBuilder& builder) : builder_(builder) {}

    /// What is added from here on is another account's.
    void begin_account();
    void add(const catalog::LiveChannel& channel);

    [[nodiscard]] std::size_t merged() const noexcept { return merged_; }

private:
    [[nodiscard]] std::optional<std::size_t> find(const catalog::LiveChannel& channel) const;
    void add_backups(std::size_t index, const catalog::LiveChannel& channel);

    catalog::CatalogBuilder& builder_;
    std::size_t known_ = 0; ///< channels of earlier accounts
    std::unordered_map<std::string, std::vector<std::size_t>> by_tvg_id_;
    std::unordered_map<std::string, std::size_t> by_stream_;
    std::size_t merged_ = 0;
};

} // namespace plex_tuner::provider
