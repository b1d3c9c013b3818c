// SPDX-License-Identifier: GPL-3.0-or-later
#include "survey_sink.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::gateway {
namespace {

/// Stands for "no limit" where a deadline is needed.
constexpr std::chrono::hours kNoLimit{24 * 365};

} // namespace

void SurveySink::begin_anew() {
    if (std::exchange(abandoned_, false)) {
        survey_.abandon_piece();
    }
}

void SurveySink::seam(ts::Seam kind) {
    begin_anew();
    survey_.seam(kind);
}

void SurveySink::finish_piece() {
    begin_anew();
    survey_.finish_piece();
}

void SurveySink::conclude(bool ended, bool broken) {
    if (broken) {
        begin_anew();
    } else if (ended) {
        survey_.finish_piece();
    }
}

void SurveySink::feed(std::string bytes) {
    const SteadyTime now = std::chrono::steady_clock::now();
    begin_anew();
    first_byte_ = first_byte_.value_or(now);
    bytes_ += bytes.size();
    survey_.feed(ts::bytes_of(bytes), now);
    const bool patient = patience_ <= std::chrono::milliseconds(0);
    const SteadyTime deadline = patient ? now + kNoLimit : now + patience_;
    if (watching_) {
        attempt_.move_deadline(deadline);
    } else {
        attempt_.set_deadline(
            deadline, "no media for " + std::to_string(patience_.count() / 1'000) + " s");
        watching_ = true;
    }
    if (limit_ && !has_enough_ && survey_.played() / (ts::kPcrHz / 1'000) >= limit_->count() &&
        (!thorough_ || survey_.is_format_known())) {
        has_enough_ = true;
        attempt_.cancel(Error(ErrorCode::cancelled, "enough was seen"));
    }
}

asio::awaitable<Result<void>> SurveySink::wait_for_room() {
    // A source that always has more would leave signals and timers no room.
    co_await asio::post(attempt_.strand(), asio::use_awaitable);
    co_return attempt_.cancelled() ? Result<void>(fail(*attempt_.cancelled())) : Result<void>();
}

void SurveySink::set_patience(std::chrono::milliseconds patience) {
    if (least_patience_ > std::chrono::milliseconds(0)) {
        patience_ = std::max(least_patience_, patience);
        watching_ = false; // the deadline's text names the patience
    }
}

} // namespace plex_tuner::gateway
