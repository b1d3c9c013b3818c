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
/// belongs to the channels with that tvg-id. Another belongs to those that differ in case only,
/// when it is not a channel of its own: a source that declares one spelling and uses another means
/// the declared one, but one that declares both means two channels. Where the source declares no
/// exact id, the first spelling that turns up counts.
class ChannelIndex {
public:
    /// `ids`: of each channel, empty for none; they must outlive the index.
    explicit ChannelIndex(std::span<const std::string_view> ids);

    /// Forgets what the source taught about spellings, to read it again.
    void begin_source();
    /// The source has a channel of this id.
    void declare(std::string_view source_id);
    /// Indices into the channels; valid until the next call.
    [[nodiscard]] std::span<const std::uint32_t> find(std::string_view source_id);

private:
    struct Group {
        std::vector<std::uint32_t> channels; ///< all with one tvg-id
        bool exact_declared = false;
        bool exact_used = false;
        std::string bound; ///< the inexact spelling in use
        bool bound_declared = false;
    };

    struct Spellings {
        std::vector<std::uint32_t> groups;
        std::vector<std::string> declared; ///< by the source, kMaxDeclared at most
    };

    /// A source has two or three; a hostile one has 2^n.
    static constexpr std::size_t kMaxDeclared = 16;

    [[nodiscard]] Group* find_exact(std::string_view source_id);
    [[nodiscard]] static bool is_kept_out(
        const Group& group, std::string_view source_id, bool declared);
    void resolve(std::string_view source_id);

    std::vector<Group> groups_;
    std::unordered_map<std::string_view, std::uint32_t> by_id_;
    std::unordered_map<std::string, Spellings> by_folded_id_;
    std::string last_id_; ///< programmes of a channel mostly follow each other
    bool last_valid_ = false;
    std::vector<std::uint32_t> found_;
};

} // namespace plex_tuner::guide
