// SPDX-License-Identifier: GPL-3.0-or-later
#include "vod_access.hpp"

#include <utility>

namespace plex_tuner::engine {

namespace {

/// Requests for pieces of films are lighter than those for lists, and somebody waits for them.
constexpr int kConcurrent = 4;
constexpr int kRateFactor = 2;
constexpr int kBurstFactor = 4;

class Slot final : public vodfs::SourceSlot {
public:
    explicit Slot(std::unique_ptr<ProbeSlot> slot) : slot_(std::move(slot)) {}

    asio::awaitable<bool> asked_to_yield() override { return slot_->asked_to_yield(); }

    void refused() override { slot_->refused(); }

private:
    std::unique_ptr<ProbeSlot> slot_;
};

[[nodiscard]] vodfs::SourceSlotOffer offer_of(ProbeSlotOffer taken) {
    vodfs::SourceSlotOffer offer;
    offer.full = taken.full;
    if (taken.slot) {
        offer.slot = std::make_unique<Slot>(std::move(taken.slot));
    }
    return offer;
}

class FreePermit final : public fetch::RequestPermit {
public:
    [[nodiscard]] bool governed() const noexcept override { return false; }

    void report(const fetch::RequestOutcome& /*outcome*/) override {}
};

/// So many files that are refused one after the other are no matter of the single file any more.
constexpr int kRefusedFiles = 20;

/// A file that is refused (a film that the account does not include) says nothing of the next one.
class FilePermit final : public fetch::RequestPermit {
public:
    FilePermit(std::unique_ptr<fetch::RequestPermit> permit, std::atomic<int>& refused_in_a_row)
        : permit_(std::move(permit)), refused_in_a_row_(refused_in_a_row) {}

    [[nodiscard]] bool governed() const noexcept override { return permit_->governed(); }

    void report(const fetch::RequestOutcome& outcome) override {
        constexpr int kForbidden = 403;
        constexpr int kSuccess = 200;
        constexpr int kRedirection = 300;
        if (outcome.status >= kSuccess && outcome.status < kRedirection) {
            refused_in_a_row_ = 0;
        }
        const bool is_of_the_file = outcome.status == kForbidden && !outcome.cloudflare &&
                                    !outcome.retry_after && ++refused_in_a_row_ < kRefusedFiles;
        if (!is_of_the_file) {
            permit_->report(outcome);
        }
    }

private:
    std::unique_ptr<fetch::RequestPermit> permit_;
    std::atomic<int>& refused_in_a_row_;
};

} // namespace

VodAccess::VodAccess(SharedSlots* slots, SharedGovernor* governor, const IndexOptions& options)
    : slots_(slots), governor_(governor), limits_(governor_limits(options)) {
    limits_.concurrent = kConcurrent;
    limits_.rate_per_second = kRateFactor * options.requests_per_second;
    limits_.burst = kBurstFactor * options.requests_per_second;
}

std::string VodAccess::account_of(const Url& url) const {
    return slots_ == nullptr ? std::string() : std::string(slots_->account_key_of(url));
}

asio::awaitable<vodfs::SourceSlotOffer> VodAccess::take(Url url) {
    if (slots_ == nullptr) {
        co_return vodfs::SourceSlotOffer{};
    }
    co_return offer_of(co_await slots_->take_for_vod(url));
}

asio::awaitable<vodfs::SourceSlotOffer> VodAccess::take_idle(Url url) {
    if (slots_ == nullptr) {
        co_return vodfs::SourceSlotOffer{};
    }
    co_return offer_of(co_await slots_->take_if_idle(url));
}

asio::awaitable<Result<std::unique_ptr<fetch::RequestPermit>>> VodAccess::permit(
    const fetch::Request& request, std::chrono::milliseconds max_wait) {
    if (governor_ == nullptr) {
        co_return std::make_unique<FreePermit>();
    }
    // Apart from the lists: a refresh and a film do not wait for each other's turn.
    auto permit = co_await governor_->acquire(
        SharedGovernor::key_of(request.url, account_of(request.url) + "+vod"), limits_, 1,
        max_wait);
    if (!permit) {
        co_return permit;
    }
    co_return std::make_unique<FilePermit>(std::move(*permit), refused_in_a_row_);
}

} // namespace plex_tuner::engine
