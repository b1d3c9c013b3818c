// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/guide/guide_builder.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace plex_tuner::guide {

/// Which channels of the lineup a channel id of a source belongs to. An id that equals a tvg-id
/// belongs to the channels with that tvg-id; another belongs to those that differ in case only, as
/// long as the source does not declare or use their exact id, and only in the first spelling that
/// turns up.
class ChannelIndex {
public:
    /// The views of `channels` must outlive the index.
    explicit ChannelIndex(const std::vector<GuideChannel>& channels);

    /// Forgets what the last source taught about spellings.
    void begin_source();
    /// The source has a channel of this id.
    void declare(std::string_view source_id);
    /// Indices into the channels; valid until the next call.
    [[nodiscard]] std::span<const std::uint32_t> find(std::string_view source_id);

private:
    struct Group {
        std::vector<std::uint32_t> channels; ///< all with one tvg-id
        bool exact_seen = false;
        std::string bound; ///< the inexact spelling in use
    };

    [[nodiscard]] Group* find_exact(std::string_view source_id);
    void resolve(std::string_view source_id);

    std::vector<Group> groups_;
    std::unordered_map<std::string_view, std::uint32_t> by_id_;
    std::unordered_map<std::string, std::vector<std::uint32_t>> by_folded_id_;
    std::string last_id_; ///< programmes of a channel mostly follow each other
    bool last_valid_ = false;
    std::vector<std::uint32_t> found_;
};

} // namespace plex_tuner::guide
