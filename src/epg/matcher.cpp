// SPDX-License-Identifier: GPL-3.0-or-later
#include "name_score.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/epg/channel_name.hpp>
#include <plex_tuner/epg/matcher.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <unordered_map>

namespace plex_tuner::epg {
namespace {

constexpr std::size_t kMaxAlternatives = 3;
constexpr double kWorthSuggesting = 0.6;
constexpr double kSureEnough = 0.85;
/// How much better than the next the best one must be to count by itself.
constexpr double kLead = 0.1;
/// Names that share less than this have nothing to do with each other.
constexpr double kRelated = 0.5;

/// "AR" in a list is Arabic, mostly.
constexpr std::string_view kArabic = "arab";
constexpr std::array<std::string_view, 17> kArabicCountries{"ae", "ar", "bh", "dz", "eg", "iq",
    "jo", "kw", "lb", "ly", "ma", "om", "qa", "sa", "sy", "tn", "ye"};

/// Guides of Gracenote's for North America do not tell the United States from Canada.
[[nodiscard]] bool is_surely_of(std::string_view wanted, std::string_view country) {
    return !wanted.empty() &&
           (wanted == country ||
               (country == kNorthAmerica && (wanted == "us" || wanted == "ca" || wanted == "mx")) ||
               (wanted == kArabic &&
                   std::ranges::find(kArabicCountries, country) != kArabicCountries.end()));
}

} // namespace

struct Matcher::Index final : Vocabulary {
    struct Entry {
        std::string id;
        std::string country;
        std::vector<ChannelName> parsed;   ///< of its display-names, and of its id
        std::vector<ComparedName> names{}; ///< the same, once all words are known
    };

    std::vector<Entry> entries;
    std::unordered_map<std::string, std::uint32_t> by_id; ///< lower case
    std::unordered_map<std::string, std::vector<std::uint32_t>> by_key;
    std::unordered_map<std::string, std::vector<std::uint32_t>> by_word;

    explicit Index(const std::vector<guide::SourceChannel>& guide);

    [[nodiscard]] double weight(const std::string& word) const override;
    [[nodiscard]] bool is_common(const std::string& word) const override;
    [[nodiscard]] std::vector<Candidate> scored(const ChannelName& wanted) const;
    /// Those that share the rarest words, for comparing with all of them would take minutes.
    [[nodiscard]] std::set<std::uint32_t> candidates(const ChannelName& wanted) const;
    [[nodiscard]] std::vector<std::uint32_t> of_name(const ChannelName& wanted) const;
    /// Those of the stations whose call sign is in the name.
    [[nodiscard]] std::vector<std::uint32_t> of_call_sign(const ChannelName& wanted) const;
    /// The channel that has exactly the wanted name, or its call sign, where the one of `id` has
    /// nothing of it: playlists name a neighbour's id at times. Empty: there is no such
    /// contradiction.
    [[nodiscard]] std::string_view contradiction(
        const ChannelName& wanted, std::string_view id) const;

private:
    void add(const guide::SourceChannel& channel);
};

Matcher::Index::Index(const std::vector<guide::SourceChannel>& guide) {
    entries.reserve(guide.size());
    for (const guide::SourceChannel& channel : guide) {
        add(channel);
    }
    for (Entry& entry : entries) {
        for (ChannelName& name : entry.parsed) {
            entry.names.emplace_back(std::move(name), *this);
        }
        entry.parsed = {};
    }
}

void Matcher::Index::add(const guide::SourceChannel& channel) {
    const std::string_view id = ascii::trim(channel.id);
    const auto number = static_cast<std::uint32_t>(entries.size());
    if (id.empty() || !by_id.emplace(ascii::lower(id), number).second) {
        return;
    }
    Entry& entry = entries.emplace_back();
    entry.id = id;
    entry.country = country_of_guide_id(id);
    if (entry.country == kArabic) {
        entry.country = "ar"; // of Argentina
    }
    std::set<std::string> keys;
    std::set<std::string> words;
    const auto add_name = [&](std::string_view text) {
        ChannelName name = parse_channel_name(text);
        if (entry.country.empty()) {
            entry.country = name.country;
        }
        std::string key = name.key();
        if (key.empty() || std::ranges::all_of(key, ascii::is_digit)) {
            return; // a number tells nothing
        }
        if (keys.insert(std::move(key)).second) {
            words.insert(name.words.begin(), name.words.end());
            entry.parsed.push_back(std::move(name));
        }
    };
    for (const std::string& name : channel.names) {
        add_name(name);
    }
    // "BBC.One.HD.uk" says as much as a name; "I10436.labs.zap2it.com" nothing.
    std::string text(id);
    if (!entry.country.empty() && entry.country != kNorthAmerica &&
        country_of_guide_id(id) == entry.country) {
        text.resize(text.rfind('.'));
        std::ranges::replace(text, '.', ' ');
        add_name(text);
    }
    for (const std::string& key : keys) {
        by_key[key].push_back(number);
    }
    for (const std::string& word : words) {
        by_word[word].push_back(number);
    }
}

bool Matcher::Index::is_common(const std::string& word) const {
    // A station has a few channels, one of them in two guides.
    constexpr std::size_t kMostOfAStation = 3;
    const auto found = by_word.find(word);
    return found != by_word.end() && found->second.size() > kMostOfAStation;
}

double Matcher::Index::weight(const std::string& word) const {
    const auto found = by_word.find(word);
    const double count = found == by_word.end() ? 0.5 : static_cast<double>(found->second.size());
    return std::log(1.0 + static_cast<double>(entries.size()) / count);
}

/// Those of that name whose country is not another: where any is of the same one, these.
std::vector<std::uint32_t> Matcher::Index::of_name(const ChannelName& wanted) const {
    const auto found = by_key.find(wanted.key());
    if (found == by_key.end() || wanted.key().empty()) {
        return {};
    }
    std::vector<std::uint32_t> same;
    std::vector<std::uint32_t> open;
    for (const std::uint32_t number : found->second) {
        const std::string& country = entries[number].country;
        if (is_surely_of(wanted.country, country)) {
            same.push_back(number);
        } else if (wanted.country.empty() || country.empty()) {
            open.push_back(number);
        }
    }
    return same.empty() ? open : same;
}

std::vector<std::uint32_t> Matcher::Index::of_call_sign(const ChannelName& wanted) const {
    std::set<std::uint32_t> found;
    for (const std::string& sign : ComparedName(wanted, *this).call_signs) {
        for (const char* kind : {"", "dt", "tv", "cd", "ld"}) {
            if (const auto of_word = by_word.find(ascii::lower(sign) + kind);
                of_word != by_word.end()) {
                found.insert(of_word->second.begin(), of_word->second.end());
            }
        }
    }
    return {found.begin(), found.end()};
}

std::string_view Matcher::Index::contradiction(
    const ChannelName& wanted, std::string_view id) const {
    const std::uint32_t number = by_id.at(ascii::lower(id));
    auto named = of_name(wanted);
    if (named.empty()) {
        named = of_call_sign(wanted);
    }
    if (wanted.is_no_broadcast || named.size() != 1 || named.front() == number ||
        !is_surely_of(wanted.country, entries[named.front()].country)) {
        return {};
    }
    const ComparedName compared(wanted, *this);
    const bool has_something =
        std::ranges::any_of(entries[number].names, [&](const ComparedName& name) {
            return score_names(compared, name, *this).score >= kRelated;
        });
    return has_something || entries[number].names.empty()
               ? std::string_view()
               : std::string_view(entries[named.front()].id);
}

std::set<std::uint32_t> Matcher::Index::candidates(const ChannelName& wanted) const {
    constexpr std::size_t kMost = 200;
    std::vector<const std::vector<std::uint32_t>*> lists;
    for (const std::string& word : wanted.words) {
        if (const auto found = by_word.find(word); found != by_word.end()) {
            lists.push_back(&found->second);
        }
    }
    std::ranges::sort(lists, {}, [](const auto* list) { return list->size(); });
    std::set<std::uint32_t> out;
    for (const auto* list : lists) {
        if (out.size() + list->size() > kMost) {
            break;
        }
        out.insert(list->begin(), list->end());
    }
    return out;
}

std::vector<Candidate> Matcher::Index::scored(const ChannelName& wanted) const {
    const ComparedName compared(wanted, *this);
    std::vector<std::pair<double, std::uint32_t>> best;
    std::unordered_map<std::uint32_t, std::string> reasons;
    for (const std::uint32_t number : candidates(wanted)) {
        const Entry& entry = entries[number];
        const bool same_country = is_surely_of(wanted.country, entry.country);
        if (!same_country && !wanted.country.empty() && !entry.country.empty()) {
            continue;
        }
        NameScore score;
        for (const ComparedName& name : entry.names) {
            NameScore one = score_names(compared, name, *this);
            if (one.score > score.score) {
                score = std::move(one);
            }
        }
        score.score *= same_country ? 1.0 : 0.95;
        if (score.score >= kWorthSuggesting) {
            best.emplace_back(score.score, number);
            reasons[number] =
                score.reason + (same_country ? ", country " + wanted.country : std::string());
        }
    }
    std::ranges::sort(best, [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    std::vector<Candidate> out;
    for (const auto& [score, number] : best) {
        if (out.size() > kMaxAlternatives) {
            break;
        }
        out.push_back({entries[number].id, score, reasons[number]});
    }
    return out;
}

std::string_view to_string(Method method) noexcept {
    switch (method) {
    case Method::tvg_id_exact:
        return "tvg_id_exact";
    case Method::alias_exact:
        return "alias_exact";
    case Method::name_exact:
        return "name_exact";
    case Method::scored:
        return "scored";
    case Method::none:
        return "";
    }
    return "";
}

Matcher::Matcher(
    const std::vector<guide::SourceChannel>& guide, const Aliases& aliases, MatchOptions options)
    : index_(std::make_unique<const Index>(guide)), aliases_(&aliases), options_(options) {}

Matcher::~Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;

std::string_view Matcher::find_id(std::string_view id) const {
    const auto found = index_->by_id.find(ascii::lower(ascii::trim(id)));
    return found == index_->by_id.end() ? std::string_view()
                                        : std::string_view(index_->entries[found->second].id);
}

Match Matcher::match(const Channel& channel) const {
    Match match;
    if (channel.is_given) {
        if (const std::string_view id = find_id(channel.tvg_id); !id.empty()) {
            return {Method::tvg_id_exact, std::string(id), 1, "the table of channels names it", {}};
        }
        match.reason = "the guide id that the table of channels names is not in the guide";
        return match;
    }
    ChannelName wanted = parse_channel_name(channel.name, channel.group);
    if (wanted.country.empty()) {
        wanted.country = country_of_guide_id(channel.tvg_id);
    }
    if (const std::string_view id = find_id(channel.tvg_id); !id.empty()) {
        const std::string_view named = index_->contradiction(wanted, id);
        return named.empty()
                   ? Match{Method::tvg_id_exact, std::string(id), 1, "its guide id is in the guide",
                         {}}
                   : Match{Method::name_exact, std::string(named), 1,
                         "the only channel of that name, while its guide id means another",
                         {{std::string(id), 1, "its guide id"}}};
    }
    const std::string key = wanted.key();
    std::string broken_alias;
    if (const std::string_view alias = aliases_->find(wanted); !alias.empty()) {
        if (const std::string_view id = find_id(alias); !id.empty()) {
            return {Method::alias_exact, std::string(id), 1, "an alias names it", {}};
        }
        broken_alias = "the alias '" + std::string(alias) + "' is not in the guide; ";
    }
    if (key.empty() || wanted.is_no_broadcast) {
        match.reason = broken_alias + "the name is none of a broadcaster";
        return match;
    }
    const auto named = index_->of_name(wanted);
    if (named.size() == 1) {
        const Index::Entry& entry = index_->entries[named.front()];
        return {Method::name_exact, entry.id, 1,
            "the only channel of that name" +
                (wanted.country.empty() || wanted.country != entry.country
                        ? std::string()
                        : " in " + wanted.country),
            {}};
    }
    if (named.size() > 1) {
        match.reason = broken_alias + "ambiguous normalized name";
        for (const std::uint32_t number : named) {
            if (match.alternatives.size() < kMaxAlternatives) {
                match.alternatives.push_back({index_->entries[number].id, 1, "the same name"});
            }
        }
        return match;
    }
    std::vector<Candidate> scored = index_->scored(wanted);
    const bool leads =
        scored.size() == 1 || (scored.size() > 1 && scored[0].score - scored[1].score >= kLead);
    if (options_.apply_scored && leads && scored[0].score >= kSureEnough) {
        match = {Method::scored, scored[0].xmltv_id, scored[0].score, scored[0].reason, {}};
        scored.erase(scored.begin());
    } else {
        match.reason = broken_alias + "no deterministic match";
    }
    scored.resize(std::min(scored.size(), kMaxAlternatives));
    match.alternatives = std::move(scored);
    return match;
}

} // namespace plex_tuner::epg
