// SPDX-License-Identifier: GPL-3.0-or-later
#include "size_book.hpp"

#include <plex_tuner/base/clock.hpp>

#include <utility>

#include <boost/asio/post.hpp>

namespace plex_tuner::vodfs {

SizeBook::SizeBook(state::VodStore store, log::Logger logger)
    : logger_(std::move(logger)), store_(std::move(store)) {}

SizeBook::~SizeBook() {
    thread_.join();
}

Result<std::unique_ptr<SizeBook>> SizeBook::open(
    const std::filesystem::path& file, log::Logger logger) {
    auto store = state::VodStore::open(file);
    if (!store) {
        return fail(std::move(store).error());
    }
    std::unique_ptr<SizeBook> book(new SizeBook(std::move(*store), std::move(logger)));
    auto loaded = book->store_.for_each([&](const state::VodFact& fact) {
        book->sizes_[fact.file] = fact.size;
        book->total_ += fact.size;
    });
    if (!loaded) {
        return fail(std::move(loaded).error());
    }
    loaded = book->store_.for_each_refusal([&](const state::VodRefusal& refusal) {
        book->refusals_[refusal.file] = refusal.asked_at;
    });
    if (!loaded) {
        return fail(std::move(loaded).error());
    }
    for (const std::string& warning : book->store_.take_warnings()) {
        book->logger_.warn(warning);
    }
    return book;
}

std::optional<std::uint64_t> SizeBook::find(Inode inode) const {
    const std::scoped_lock lock(mutex_);
    const auto found = sizes_.find(inode);
    return found == sizes_.end() ? std::nullopt : std::optional(found->second);
}

std::uint64_t SizeBook::total() const {
    const std::scoped_lock lock(mutex_);
    return total_;
}

std::size_t SizeBook::known_of(const Tree& tree) const {
    const std::scoped_lock lock(mutex_);
    std::size_t known = 0;
    if (!sizes_.empty()) {
        tree.for_each_file([&](Inode inode) {
            known += sizes_.contains(inode) ? 1U : 0U;
            return true;
        });
    }
    return known;
}

bool SizeBook::learn(Inode inode, std::uint64_t size) {
    const std::scoped_lock lock(mutex_);
    if (size == 0) {
        const auto found = sizes_.find(inode);
        if (found == sizes_.end()) {
            return false;
        }
        total_ -= found->second;
        sizes_.erase(found);
        return true; // on disk the next size takes its place
    }
    std::uint64_t& known = sizes_[inode];
    if (known == size) {
        return false;
    }
    total_ += size - known;
    known = size;
    write_soon();
    pending_.push_back({.file = inode, .size = size, .learned_at = SystemClock().wall()});
    return true;
}

void SizeBook::write_soon() {
    if (pending_.empty() && pending_refusals_.empty()) {
        boost::asio::post(thread_, [this] { write_pending(); });
    }
}

void SizeBook::refuse(Inode inode) {
    const WallTime now = SystemClock().wall();
    const std::scoped_lock lock(mutex_);
    write_soon();
    refusals_[inode] = now;
    pending_refusals_.push_back({.file = inode, .asked_at = now});
}

std::vector<Inode> SizeBook::unknown_of(const Tree& tree, std::size_t limit) const {
    const WallTime since = SystemClock().wall() - state::VodStore::kRefusalLasts;
    std::vector<Inode> unknown;
    const std::scoped_lock lock(mutex_);
    tree.for_each_file([&](Inode inode) {
        const auto refusal = refusals_.find(inode);
        const bool refused = refusal != refusals_.end() && refusal->second > since;
        if (!refused && !sizes_.contains(inode)) {
            unknown.push_back(inode);
        }
        return unknown.size() < limit;
    });
    return unknown;
}

void SizeBook::write_pending() {
    std::vector<state::VodFact> batch;
    std::vector<state::VodRefusal> refusals;
    {
        const std::scoped_lock lock(mutex_);
        batch.swap(pending_);
        refusals.swap(pending_refusals_);
    }
    Result<void> put = store_.put(batch);
    if (put) {
        put = store_.put_refusals(refusals);
    }
    if (!put && !std::exchange(told_, true)) {
        logger_.warn("the sizes of films are not remembered", {{"error", put.error()}});
    }
    for (const std::string& warning : store_.take_warnings()) {
        logger_.warn(warning);
    }
}

} // namespace plex_tuner::vodfs
