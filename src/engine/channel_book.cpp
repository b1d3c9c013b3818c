// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_book.hpp"

#include <utility>
#include <vector>

namespace plex_tuner::engine {

namespace {

/// How exact it is noted when a channel was last there: a refresh seldom writes anything.
constexpr std::chrono::hours kSeenStep{24};

hdhr::ChannelFacts facts_of(const state::ChannelRecord& record) {
    hdhr::ChannelFacts facts = hdhr::facts_of(record.format);
    facts.is_favorite = record.mark == state::ChannelMark::favorite;
    facts.is_hidden = record.mark == state::ChannelMark::hidden;
    return facts;
}

/// What is kept of `seen`. A picture that could not be measured this time leaves what was known of
/// it.
ts::StreamFormat kept_format(const ts::StreamFormat& seen, const ts::StreamFormat& before) {
    ts::StreamFormat kept = seen;
    if (kept.audio.size() > 1) {
        kept.audio.resize(1);
    }
    if (kept.video && before.video && kept.video->codec == before.video->codec &&
        kept.video->height == 0) {
        kept.video = before.video;
    }
    return kept;
}

} // namespace

Result<std::shared_ptr<ChannelBook>> ChannelBook::open(
    const std::filesystem::path& file, std::shared_ptr<const Clock> clock, log::Logger logger) {
    auto store = state::ChannelStore::open(file);
    if (!store) {
        return fail(std::move(store).error());
    }
    auto records = store->load();
    if (!records) {
        return fail(std::move(records).error());
    }
    for (const std::string& warning : store->take_warnings()) {
        logger.warn(warning);
    }
    std::shared_ptr<ChannelBook> book(
        new ChannelBook(std::move(*store), std::move(clock), std::move(logger)));
    for (state::ChannelRecord& record : *records) {
        if (book->channels_.size() >= kMaxChannels) {
            break;
        }
        const hdhr::ChannelFacts facts = facts_of(record);
        std::string id = record.id;
        book->channels_.emplace(std::move(id), Known{.record = std::move(record), .facts = facts});
    }
    return book;
}

ChannelBook::ChannelBook(
    state::ChannelStore store, std::shared_ptr<const Clock> clock, log::Logger logger)
    : clock_(std::move(clock)), logger_(std::move(logger)), store_(std::move(store)) {}

bool ChannelBook::wants(std::string_view channel_id) const {
    const hdhr::ChannelFacts facts = this->facts(channel_id);
    return facts.video_codec.empty() && facts.audio_codec.empty();
}

void ChannelBook::stream_format(std::string_view channel_id, const ts::StreamFormat& format) {
    bool is_first = false;
    {
        const std::scoped_lock lock(mutex_);
        Known* known = entry(channel_id);
        if (known == nullptr) {
            return;
        }
        ts::StreamFormat kept = kept_format(format, known->record.format);
        if (kept == known->record.format) {
            return;
        }
        known->record.format = std::move(kept);
        refresh(*known);
        is_first = learned_.empty();
        learned_.emplace_back(channel_id);
    }
    if (is_first) {
        thread_.post([this] { save_learned(); });
    }
}

asio::awaitable<bool> ChannelBook::set_mark(std::string channel_id, state::ChannelMark mark) {
    {
        const std::scoped_lock lock(mutex_);
        Known* known = entry(channel_id);
        if (known == nullptr) {
            co_return false;
        }
        known->record.mark = mark;
        refresh(*known);
    }
    co_return co_await thread_.run(
        [this, id = std::move(channel_id)] { return save(std::span(&id, 1)); });
}

void ChannelBook::keep(const lineup::Lineup& lineup) {
    if (lineup.channels().empty()) {
        return;
    }
    const WallTime now = clock_->wall();
    const WallTime cutoff = now - kMemory;
    std::vector<std::string> seen;
    bool forgotten = false;
    {
        const std::scoped_lock lock(mutex_);
        for (auto& [id, known] : channels_) {
            WallTime& last_seen = known.record.last_seen;
            if (lineup.find_id(id) != nullptr && last_seen + kSeenStep <= now) {
                last_seen = now;
                seen.push_back(id);
            }
        }
        forgotten = std::erase_if(channels_, [&](const auto& channel) {
            return channel.second.record.last_seen < cutoff;
        }) > 0;
    }
    if (!seen.empty() || forgotten) {
        thread_.post([this, seen = std::move(seen), now, cutoff] {
            (void)saved(store_.mark_seen(seen, now, cutoff));
        });
    }
}

hdhr::ChannelFacts ChannelBook::facts(std::string_view channel_id) const {
    const std::scoped_lock lock(mutex_);
    const auto found = channels_.find(channel_id);
    return found == channels_.end() ? hdhr::ChannelFacts{} : found->second.facts;
}

ChannelBook::Known* ChannelBook::entry(std::string_view channel_id) {
    auto found = channels_.find(channel_id);
    if (found == channels_.end()) {
        if (channels_.size() >= kMaxChannels) {
            return nullptr;
        }
        std::string id(channel_id);
        Known fresh;
        fresh.record.id = id;
        fresh.record.last_seen = clock_->wall();
        found = channels_.emplace(std::move(id), std::move(fresh)).first;
    }
    return &found->second;
}

void ChannelBook::refresh(Known& known) {
    const hdhr::ChannelFacts facts = facts_of(known.record);
    if (facts != known.facts) {
        known.facts = facts;
        ++version_;
    }
}

void ChannelBook::save_learned() {
    std::vector<std::string> learned;
    {
        const std::scoped_lock lock(mutex_);
        learned.swap(learned_);
    }
    (void)save(learned);
}

bool ChannelBook::save(std::span<const std::string> channel_ids) {
    std::vector<state::ChannelRecord> records;
    {
        const std::scoped_lock lock(mutex_);
        for (const std::string& id : channel_ids) {
            const auto found = channels_.find(id);
            if (found != channels_.end()) { // else forgotten meanwhile
                records.push_back(found->second.record);
            }
        }
    }
    return records.empty() || saved(store_.put(records));
}

bool ChannelBook::saved(const Result<void>& result) {
    for (const std::string& warning : store_.take_warnings()) {
        logger_.warn(warning);
    }
    if (!result) {
        logger_.error("what is known of a channel is not saved for the next start",
            {{"error", result.error()}});
    }
    return result.has_value();
}

} // namespace plex_tuner::engine
