// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_words.hpp"
#include "language_guess.hpp"
#include "lineup_shape.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/lineup/pipeline.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

#include <re2/re2.h>

namespace plex_tuner::lineup {
namespace {

using catalog::LiveChannel;

/// Names of channels that play music or are radio; as WordPattern has it.
constexpr std::array<std::string_view, 13> kMusic{"STINGRAY", "VEVO", "MTV LIVE*", "*MUSIC*",
    "*RADIO*", "*KARAOKE*", "*JUKEBOX*", "*DJAZZ*", "*MEZZO*", "*TRACE", "*CLUBBING*", "*HITS*",
    "*CMT*"};

[[nodiscard]] ChannelTexts texts_of(const LiveChannel& channel) {
    return {.name = channel.guide_name, .tvg_id = channel.tvg_id, .group = channel.group_title};
}

[[nodiscard]] std::string joined(const auto& names) {
    std::string text;
    for (const auto& name : names) {
        text.append(text.empty() ? "" : ", ").append(name);
    }
    return text;
}

/// Channels on their way through the stages, and what became of them.
class Passage {
public:
    Passage(std::span<const LiveChannel> channels, ChannelOrder& order,
        std::vector<StageReport>& reports, const RemovalSink& removed)
        : channels_(channels), order_(order), reports_(reports), removed_(removed) {}

    /// Removes each channel for which `wrong` gives a reason.
    template <class Wrong>
    void filter(std::string_view stage, const Wrong& wrong) {
        keep(stage, [&](std::size_t index) { return wrong(channels_[index]); });
    }

    /// The same by the index of the channel.
    template <class Wrong>
    void keep(std::string_view stage, const Wrong& wrong) {
        const std::size_t before = order_.size();
        std::erase_if(order_, [&](std::size_t index) {
            const std::optional<std::string> reason = wrong(index);
            if (reason && removed_) {
                removed_(index, stage, *reason);
            }
            return reason.has_value();
        });
        reports_.push_back({stage, before, order_.size()});
    }

    /// Keeps those from `first` on, `count` at most.
    void slice(std::string_view stage, std::size_t first, std::size_t count,
        const std::string& before_reason, const std::string& after_reason) {
        const std::size_t before = order_.size();
        first = std::min(first, before);
        count = std::min(count, before - first);
        if (removed_) {
            for (std::size_t i = 0; i < before; ++i) {
                if (i < first || i >= first + count) {
                    removed_(order_[i], stage,
                        "place " + std::to_string(i + 1) + " of " + std::to_string(before) + ", " +
                            (i < first ? before_reason : after_reason));
                }
            }
        }
        order_ = ChannelOrder(order_.begin() + static_cast<std::ptrdiff_t>(first),
            order_.begin() + static_cast<std::ptrdiff_t>(first + count));
        reports_.push_back({stage, before, order_.size()});
    }

    /// By rising place; of equal ones the order stays.
    template <class Place>
    void order_by(const Place& place) {
        std::vector<std::array<std::size_t, 3>> placed;
        placed.reserve(order_.size());
        for (const std::size_t index : order_) {
            placed.push_back({place(index), placed.size(), index});
        }
        std::ranges::sort(placed);
        std::ranges::transform(placed, order_.begin(), [](const auto& one) { return one[2]; });
    }

    template <class Score>
    void sort(std::string_view stage, const Score& score) {
        // Of equal scores the order stays, for places differ.
        struct Scored {
            int points;
            std::size_t place;
            std::size_t index;
        };

        std::vector<Scored> scored;
        scored.reserve(order_.size());
        for (const std::size_t index : order_) {
            scored.push_back({score(channels_[index]), scored.size(), index});
        }
        std::ranges::sort(scored, [](const Scored& a, const Scored& b) {
            return a.points != b.points ? a.points > b.points : a.place < b.place;
        });
        std::ranges::transform(scored, order_.begin(), &Scored::index);
        reports_.push_back({stage, order_.size(), order_.size()});
    }

private:
    std::span<const LiveChannel> channels_;
    ChannelOrder& order_;
    std::vector<StageReport>& reports_;
    const RemovalSink& removed_;
};

[[nodiscard]] Result<std::vector<std::string_view>> wanted_languages(
    const std::vector<std::string>& names) {
    std::vector<std::string_view> codes;
    for (const std::string& name : names) {
        if (ascii::iequals(name, "all") || ascii::iequals(name, "any") || name == "*") {
            return std::vector<std::string_view>();
        }
        const auto code = language_code(name);
        if (!code) {
            return fail(ErrorCode::invalid_argument, "there is no language '" + name +
                                                         "'; there are " +
                                                         joined(known_languages()) + ", all");
        }
        codes.push_back(*code);
    }
    return codes;
}

[[nodiscard]] Result<std::vector<std::string>> wanted_categories(
    const std::vector<std::string>& names, const CategoryRules& rules) {
    std::vector<std::string> wanted;
    for (const std::string& name : names) {
        if (ascii::iequals(name, "all")) {
            return std::vector<std::string>();
        }
        if (!rules.knows(name)) {
            return fail(ErrorCode::invalid_argument, "there is no category '" + name +
                                                         "'; there are " +
                                                         joined(rules.categories()) + ", all");
        }
        wanted.push_back(ascii::lower(name));
    }
    return wanted;
}

} // namespace

struct Pipeline::Plan {
    Selection selection;
    CategoryRules rules;
    std::vector<WordPattern> music;
    std::vector<std::string_view> languages;
    std::vector<std::string> categories;
    std::unique_ptr<const RE2> exclude;

    /// Those of the table, in its order, before the others, if it keeps these.
    void apply_table(Passage& passage, std::span<const std::size_t> row_of) const;
    /// `row_of` is empty without a table.
    void filter_texts(Passage& passage, std::span<const LiveChannel> channels,
        std::span<const std::size_t> row_of) const;
};

Pipeline::Pipeline() : Pipeline(*make({})) {}

Result<Pipeline> Pipeline::make(const Selection& selection, CategoryRules rules) {
    auto plan = std::make_shared<Plan>();
    plan->selection = selection;
    plan->rules = std::move(rules);
    auto languages = wanted_languages(selection.languages);
    if (!languages) {
        return fail(std::move(languages).error());
    }
    plan->languages = std::move(*languages);
    auto categories = wanted_categories(selection.categories, plan->rules);
    if (!categories) {
        return fail(std::move(categories).error());
    }
    plan->categories = std::move(*categories);
    for (const std::string_view pattern : kMusic) {
        plan->music.emplace_back(pattern);
    }
    if (!selection.exclude_pattern.empty()) {
        RE2::Options options;
        options.set_case_sensitive(false);
        options.set_log_errors(false);
        auto pattern = std::make_unique<const RE2>(selection.exclude_pattern, options);
        if (!pattern->ok()) {
            return fail(ErrorCode::invalid_argument,
                "'" + selection.exclude_pattern +
                    "' is no regular expression: " + pattern->error() + " (the syntax is RE2's)");
        }
        plan->exclude = std::move(pattern);
    }
    return Pipeline(std::move(plan));
}

void Pipeline::Plan::apply_table(Passage& passage, std::span<const std::size_t> row_of) const {
    const ChannelTable& table = *selection.table;
    passage.keep("table", [&](std::size_t index) {
        return table.keeps_others() || row_of[index] != ChannelTable::kNone
                   ? std::nullopt
                   : std::optional<std::string>("the table of channels does not have it");
    });
    passage.order_by([&](std::size_t index) { return row_of[index]; });
}

void Pipeline::Plan::filter_texts(Passage& passage, std::span<const LiveChannel> channels,
    std::span<const std::size_t> row_of) const {
    using Reason = std::optional<std::string>;
    if (selection.epg_only) {
        passage.keep("guide id", [&](std::size_t index) -> Reason {
            const bool given = !row_of.empty() && row_of[index] != ChannelTable::kNone &&
                               !selection.table->rows()[row_of[index]].guide_id.empty();
            return !given && ascii::trim(channels[index].tvg_id).empty()
                       ? Reason("it has no guide id (tvg-id)")
                       : std::nullopt;
        });
    }
    if (selection.drop_music) {
        passage.filter("music", [&](const LiveChannel& channel) -> Reason {
            const std::string words = channel_words({channel.guide_name, channel.tvg_id});
            const auto found = std::ranges::find_if(
                music, [&](const WordPattern& pattern) { return pattern.matches(words); });
            return found == music.end()
                       ? std::nullopt
                       : Reason("its name or guide id has '" + std::string(found->text()) + "'");
        });
    }
    if (!languages.empty()) {
        passage.filter("language", [&](const LiveChannel& channel) -> Reason {
            const std::string_view language = guess_language(texts_of(channel));
            return std::ranges::find(languages, language) != languages.end()
                       ? std::nullopt
                       : Reason("its language seems to be '" + std::string(language) +
                                "', wanted: " + joined(languages));
        });
    }
    if (exclude) {
        passage.filter("exclude", [&](const LiveChannel& channel) -> Reason {
            const std::string text =
                std::string(channel.guide_name) + " " + std::string(channel.tvg_id);
            return RE2::PartialMatch(text, *exclude)
                       ? Reason("the pattern '" + selection.exclude_pattern + "' matches it")
                       : std::nullopt;
        });
    }
    if (!categories.empty()) {
        passage.filter("category", [&](const LiveChannel& channel) -> Reason {
            const ChannelClass its = rules.classify(texts_of(channel));
            return std::ranges::any_of(
                       categories, [&](const std::string& one) { return rules.includes(one, its); })
                       ? std::nullopt
                       : Reason("its region is '" + std::string(its.region) + "' and its type '" +
                                std::string(its.type) + "', wanted: " + joined(categories));
        });
    }
}

TableMatch Pipeline::match(std::span<const LiveChannel> channels) const {
    const auto& table = plan_->selection.table;
    return table ? table->match(channels) : TableMatch{};
}

ChannelOrder Pipeline::select(std::span<const LiveChannel> channels, const TableMatch& match,
    std::vector<StageReport>& reports, const RemovalSink& removed) const {
    ChannelOrder order(channels.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Passage passage(channels, order, reports, removed);
    const Selection& selection = plan_->selection;
    if (selection.table) {
        plan_->apply_table(passage, match.row_of);
    }
    plan_->filter_texts(passage, channels, match.row_of);
    if (selection.shape != Shape::none) {
        passage.sort("shape", [&](const LiveChannel& channel) {
            return shape_score(channel, selection.shape, selection.region);
        });
    }
    if (selection.skip > 0 || selection.take > 0) {
        passage.slice("skip and take", selection.skip,
            selection.take == 0 ? order.size() : selection.take,
            "the first " + std::to_string(selection.skip) + " are skipped",
            std::to_string(selection.take) + " are taken from place " +
                std::to_string(selection.skip + 1) + " on");
    }
    return order;
}

void Pipeline::cap(
    ChannelOrder& order, std::vector<StageReport>& reports, const RemovalSink& removed) const {
    const int most = plan_->selection.max_channels;
    if (most >= 0) {
        Passage({}, order, reports, removed)
            .slice(kCapStage, 0, static_cast<std::size_t>(most), {},
                "the lineup is cut at " + std::to_string(most));
    }
}

const std::optional<Shard>& Pipeline::shard() const noexcept {
    return plan_->selection.shard;
}

std::optional<std::size_t> Pipeline::shard_capacity() const noexcept {
    const int most = plan_->selection.max_channels;
    return most < 0 ? std::nullopt
                    : std::optional(static_cast<std::size_t>(std::min(most, kMaxShardChannels)));
}

const std::shared_ptr<const ChannelTable>& Pipeline::table() const noexcept {
    return plan_->selection.table;
}

const CategoryRules& Pipeline::rules() const noexcept {
    return plan_->rules;
}

} // namespace plex_tuner::lineup
