// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/epg/aliases.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::epg {

/// A channel that wants a guide. Views stay valid during the call.
struct Channel {
    std::string_view name;
    std::string_view tvg_id;
    std::string_view group;
    bool is_given = false; ///< a person said that tvg_id is its guide id: no other is looked for
};

/// How a channel was matched; the earlier ones are surer.
enum class Method { tvg_id_exact, alias_exact, name_exact, scored, none };

/// As in reports: "tvg_id_exact", …; "" for none.
[[nodiscard]] std::string_view to_string(Method method) noexcept;

/// A guide id that might be meant.
struct Candidate {
    std::string xmltv_id;
    double score = 0; ///< 0 to 1
    std::string reason;

    friend bool operator==(const Candidate&, const Candidate&) = default;
};

struct Match {
    Method method = Method::none;
    std::string xmltv_id;                ///< as the guide spells it; empty for none
    double score = 0;                    ///< 1 for the exact methods
    std::string reason;                  ///< why this one, or why none
    std::vector<Candidate> alternatives; ///< others that might be meant, best first

    friend bool operator==(const Match&, const Match&) = default;
};

struct MatchOptions {
    /// A scored match that is sure enough counts as one, not only as an alternative.
    bool apply_scored = false;
};

/// Finds the channels of one guide for channels of the lineup. The same input gives the same
/// output. Immutable; `aliases` must outlive it.
class Matcher {
public:
    Matcher(const std::vector<guide::SourceChannel>& guide, const Aliases& aliases,
        MatchOptions options = {});
    ~Matcher();
    Matcher(Matcher&&) noexcept;
    Matcher& operator=(Matcher&&) noexcept;

    [[nodiscard]] Match match(const Channel& channel) const;

    /// The id as the guide spells it, ignoring case and outer blanks; empty: it has none such.
    [[nodiscard]] std::string_view find_id(std::string_view id) const;

private:
    struct Index;
    std::unique_ptr<const Index> index_;
    const Aliases* aliases_;
    MatchOptions options_;
};

} // namespace plex_tuner::epg
