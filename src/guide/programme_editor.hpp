// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "programme_body.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::guide {

/// Season and episode, counted from one; at least one of them is known.
struct EpisodeNumber {
    std::optional<int> season;
    std::optional<int> episode;

    friend bool operator==(const EpisodeNumber&, const EpisodeNumber&) = default;
};

/// "1.4." or "1/3 . 4/22 . 0/1" of the system xmltv_ns.
[[nodiscard]] std::optional<EpisodeNumber> parse_xmltv_ns(std::string_view text);
/// "S02E05", "s2 e5", "2x05", "E5", as written for people; nothing for other text.
[[nodiscard]] std::optional<EpisodeNumber> parse_onscreen(std::string_view text);

/// Applies TextOptions to the children of programmes. One object serves all of a guide. Not
/// thread-safe.
class ProgrammeEditor {
public:
    explicit ProgrammeEditor(const TextOptions& options);

    /// False: edit() would change nothing.
    [[nodiscard]] bool is_active() const noexcept { return active_; }

    /// The children as they are to be written, valid until the next call. `channel_title`: the
    /// whole <title> element with the name of the channel; `start`: when it is on.
    [[nodiscard]] std::string_view edit(
        const ProgrammeBody& body, std::string_view channel_title, WallTime start);

private:
    enum class Kind { unknown, movie, sports, news, children };

    struct Piece {
        Tag tag;
        std::string_view xml; ///< the whole element
    };

    void choose_language(Tag tag);
    void replace_non_latin_titles(std::string_view channel_title);
    void add_missing_episode_number();
    void fold_sub_title();
    void make_description_unique(WallTime start);
    void add_category();
    void mark_new_or_repeat(WallTime start);
    [[nodiscard]] Piece* find(Tag tag);
    [[nodiscard]] std::optional<EpisodeNumber> episode();
    [[nodiscard]] Kind kind() const;
    void add(Tag tag, std::string xml);
    [[nodiscard]] std::string_view keep(std::string xml);

    TextOptions options_;
    bool chooses_language_;
    bool active_;
    std::vector<Piece> pieces_; ///< in the order of the DTD
    std::deque<std::string> made_;
    std::string out_;
};

} // namespace plex_tuner::guide
