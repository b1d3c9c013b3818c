// SPDX-License-Identifier: GPL-3.0-or-later
#include "request_turn.hpp"

#include "fetch_core.hpp"
#include "running_transfer.hpp"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

namespace plex_tuner::fetch {

/// Ends what runs on the fetch thread when the one who waits for it is gone.
class RequestTurn::Abandoned {
public:
    explicit Abandoned(RequestTurn& turn) : turn_(turn) {}

    ~Abandoned() {
        if (!turn_.done_->finished()) {
            turn_.abandon();
        }
    }

    Abandoned(const Abandoned&) = delete;
    Abandoned& operator=(const Abandoned&) = delete;

private:
    RequestTurn& turn_;
};

/// Whoever waits hears of the end, also when the client is destroyed in the middle.
class RequestTurn::Ending {
public:
    explicit Ending(std::shared_ptr<BodyPipe> done) : done_(std::move(done)) {}

    Ending(Ending&&) noexcept = default;
    Ending& operator=(Ending&&) = delete;

    ~Ending() {
        if (done_ != nullptr) {
            end(Error(ErrorCode::cancelled, "the client is shutting down"));
        }
    }

    void end(std::optional<Error> error) {
        done_->finish(std::move(error)); // the first word counts
        done_->wake();
    }

private:
    std::shared_ptr<BodyPipe> done_;
};

RequestTurn::RequestTurn(
    const std::shared_ptr<FetchCore>& core, std::vector<Request> requests, InTurn how)
    : core_(core), done_(std::make_shared<BodyPipe>([] {})), requests_(std::move(requests)),
      how_(std::move(how)) {}

asio::awaitable<RequestTurn::Answers> RequestTurn::run(std::shared_ptr<RequestTurn> self) {
    if (const auto core = self->core_.lock()) {
        self->begin(*core);
    } else {
        self->done_->cancel();
    }
    const Abandoned guard(*self);
    if (auto done = co_await BodyPipe::read(self->done_); !done) {
        Answers none;
        none.emplace_back(fail(std::move(done).error()));
        co_return none;
    }
    co_return std::move(self->answers_);
}

void RequestTurn::begin(FetchCore& core) {
    asio::co_spawn(core.context(), ask(core),
        [self = shared_from_this(), ending = Ending(done_)](
            const std::exception_ptr& error) mutable {
            if (error) {
                std::rethrow_exception(error); // a bug of ours, as everywhere on that thread
            }
            ending.end(std::nullopt);
        });
}

asio::awaitable<void> RequestTurn::ask(FetchCore& core) {
    const auto begun = std::chrono::steady_clock::now();
    for (Request& request : requests_) {
        Url url = request.url;
        auto transfer = RunningTransfer::start(core.shared_from_this(), std::move(request));
        running_ = transfer.get();
        auto answer = co_await collect(std::move(transfer), std::move(url), how_.max_bytes);
        running_ = nullptr;
        const bool go_on = how_.go_on(answer);
        answers_.push_back(std::move(answer));
        if (!go_on || abandoned_ || std::chrono::steady_clock::now() - begun >= how_.hand_over) {
            co_return;
        }
    }
}

void RequestTurn::abandon() {
    if (const auto core = core_.lock()) {
        asio::post(core->context(), [weak = weak_from_this()] {
            if (const auto turn = weak.lock()) {
                turn->abandoned_ = true;
                if (turn->running_ != nullptr) {
                    turn->running_->cancel();
                }
            }
        });
    }
}

} // namespace plex_tuner::fetch
