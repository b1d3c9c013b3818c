// SPDX-License-Identifier: GPL-3.0-or-later
#include "viewer_stream.hpp"

#include "hop.hpp"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;

/// A client that closes one stream and opens the next at once (Kodi tests each stream so) may be
/// seen in the wrong order, for the two sockets are independent. So "in use" is said only after a
/// second look.
constexpr milliseconds kSecondLook{150};
/// How often a viewer that met a session at its end asks for another one.
constexpr int kAdmissions = 3;

[[nodiscard]] SteadyTime now() {
    return std::chrono::steady_clock::now();
}

[[nodiscard]] std::int64_t ms_since(SteadyTime begin) {
    return std::chrono::duration_cast<milliseconds>(now() - begin).count();
}

/// A viewer's place in the table of its session; given up once, as early as possible, from any
/// thread.
class Seat {
public:
    Seat(std::shared_ptr<Core> core, std::shared_ptr<ChannelSession> session)
        : core_(std::move(core)), session_(std::move(session)) {}

    ~Seat() { leave(); }

    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    void leave() {
        if (!left_.exchange(true) && core_->leave(*session_)) {
            session_->linger();
        }
    }

private:
    std::shared_ptr<Core> core_;
    std::shared_ptr<ChannelSession> session_;
    std::atomic<bool> left_{false};
};

[[nodiscard]] net::Headers stream_headers(int tuner) {
    net::Headers headers;
    headers.add("Content-Type", "video/mp2t");
    headers.add("X-HDHomeRun-Resource", "tuner" + std::to_string(tuner));
    headers.add("Cache-Control", "no-store");
    return headers;
}

using Seats = std::vector<std::shared_ptr<Seat>>;

void leave_all(const Seats& seats) {
    for (const auto& seat : seats) {
        seat->leave();
    }
}

/// What a viewer gets of its channel, once that is decided.
class Choice {
public:
    Choice(std::shared_ptr<const TranscodePolicy> policy, const StreamRequest& request,
        const ts::StreamFormat* known)
        : policy_(std::move(policy)), keys_{request.channel->channel_id,
                                          request.channel->guide_number, request.channel->tvg_id},
          choice_(policy_->choose(keys_, request.transcode, request.program)) {
        if (known != nullptr) {
            settle(known);
        }
    }

    /// Null: it has not become known.
    void settle(const ts::StreamFormat* format) {
        if (choice_.needs_format) {
            choice_ = policy_->choose_by_format(keys_, format);
        }
    }

    [[nodiscard]] const TranscodeChoice& get() const noexcept { return choice_; }

    [[nodiscard]] std::string_view profile_name() const noexcept {
        return choice_.profile ? std::string_view(choice_.profile->name) : std::string_view();
    }

private:
    std::shared_ptr<const TranscodePolicy> policy_;
    ChannelKeys keys_;
    TranscodeChoice choice_;
};

void say_choice(const Choice& choice, const log::Logger& log) {
    const TranscodeChoice& made = choice.get();
    if (!made.unknown_profile.empty()) {
        log.warn("there is no such profile, the default is used",
            {{"profile", made.unknown_profile}, {"reason", made.reason}});
    }
    log.info("stream chosen", {{"transcode", made.profile.has_value()},
                                  {"profile", choice.profile_name()}, {"reason", made.reason}});
}

/// One viewer in one session.
class ViewerStream {
public:
    /// `choice` may be open yet: it is made as soon as the session knows its format.
    ViewerStream(std::shared_ptr<Core> core, std::shared_ptr<ChannelSession> session, Seats seats,
        net::Exchange& exchange, const StreamRequest& request, Choice& choice, log::Logger log)
        : core_(std::move(core)), session_(std::move(session)), exchange_(exchange),
          log_(std::move(log)), viewer_(std::make_shared<Viewer>(
                                    core_->next_viewer++, session_->strand(), exchange.executor())),
          seats_(std::move(seats)), choice_(choice) {
        viewer_->duration = request.duration;
        viewer_->awaits_format = choice_.get().needs_format;
    }

    [[nodiscard]] asio::awaitable<ViewerEnd> run() {
        exchange_.on_disconnect([session = session_, viewer = viewer_, seats = seats_] {
            // In this order: the seat it leaves may be the last, and the end of the session is no
            // refusal of a viewer who has gone.
            session->disconnect(viewer);
            leave_all(seats);
        });
        // A coroutine of its own, so that a write can be cancelled without touching our caller.
        ViewerEnd end = co_await asio::co_spawn(exchange_.executor(), relay(),
            asio::bind_cancellation_slot(viewer_->cancel_write.slot(), asio::use_awaitable));
        exchange_.on_disconnect({});
        if (!end.must_choose) {
            leave_all(seats_);
            if (joined_) {
                log_end(end);
            }
        }
        co_return end;
    }

private:
    void log_end(const ViewerEnd& end) const {
        log::Logger log = log_;
        if (end.error && viewer_->kept_waiting && !viewer_->positioned) {
            // It would have been the answer, but the keep-alive had begun another.
            log = log.with({{"error", to_header(*end.error)}, {"detail", end.detail}});
        }
        log.info("viewer left", {{"viewer", viewer_->id}, {"reason", end.reason},
                                    {"bytes", viewer_->bytes}, {"ms", ms_since(begun_)}});
    }

    [[nodiscard]] asio::awaitable<ViewerEnd> relay() {
        co_await asio::this_coro::throw_if_cancelled(false);
        const OpenCount open(core_->counters.viewers_open);
        co_await hop_to(session_->strand());
        session_->attach(viewer_);
        ViewerEnd end;
        for (;;) {
            // On the session's strand.
            auto over = co_await session_->next(*viewer_);
            if (over && over->must_choose) {
                choice_.settle(session_->format().get());
                say_choice(choice_, log_);
                viewer_->awaits_format = false;
                viewer_->choose_at = SteadyTime::max();
                if (!choice_.get().profile) {
                    continue; // it stays
                }
            }
            if (over) {
                end = std::move(*over);
                break;
            }
            co_await hop_to(exchange_.executor());
            auto failed = co_await send();
            co_await hop_to(session_->strand());
            if (failed) {
                end = std::move(*failed);
                break;
            }
        }
        session_->detach(*viewer_);
        co_await hop_to(exchange_.executor());
        if (end.dropped) {
            LiveCounters::add(core_->counters.viewers_dropped);
        }
        co_return end;
    }

    /// Sends the batch, before the first one the status line.
    [[nodiscard]] asio::awaitable<std::optional<ViewerEnd>> send() {
        if (!joined_) {
            if (!exchange_.started()) {
                auto started = co_await exchange_.start_stream(
                    200, stream_headers(session_->identity().tuner));
                if (!started) {
                    co_return ViewerEnd{.reason = "disconnected"};
                }
                LiveCounters::add(core_->counters.viewers_total);
            }
            joined_ = true;
            log_.info("viewer joined",
                {{"viewer", viewer_->id}, {"remote", exchange_.request().remote_address},
                    {"tuner", session_->identity().tuner}, {"ms", ms_since(begun_)},
                    {"profile", session_->identity().profile}, {"choice", choice_.get().reason}});
        }
        if (viewer_->aborted) {
            co_return ViewerEnd{.reason = "closed"};
        }
        viewer_->writing = true;
        auto written =
            co_await exchange_.write(viewer_->batch.buffers(), core_->options.write_deadline);
        viewer_->writing = false;
        if (!written) {
            if (viewer_->aborted) {
                co_return ViewerEnd{.reason = "closed"};
            }
            const bool stuck = written.error().code() == ErrorCode::timeout;
            co_return ViewerEnd{
                .reason = stuck ? "stopped reading" : "disconnected", .dropped = stuck};
        }
        viewer_->bytes += viewer_->batch.bytes();
        LiveCounters::add(core_->counters.bytes_out, viewer_->batch.bytes());
        co_return std::nullopt;
    }

    std::shared_ptr<Core> core_;
    std::shared_ptr<ChannelSession> session_;
    net::Exchange& exchange_;
    log::Logger log_;
    std::shared_ptr<Viewer> viewer_;
    Seats seats_;
    Choice& choice_;
    SteadyTime begun_ = now();
    bool joined_ = false;
};

[[nodiscard]] asio::awaitable<void> refuse(Core& core, net::Exchange& exchange,
    const log::Logger& log, TuneError error, std::string detail) {
    if (error == TuneError::all_tuners_in_use) {
        LiveCounters::add(core.counters.rejected_all_tuners_in_use);
    }
    log.warn("viewer refused", {{"error", to_header(error)}, {"detail", detail},
                                   {"remote", exchange.request().remote_address}});
    (void)co_await exchange.send(to_response(error, detail));
}

[[nodiscard]] asio::awaitable<std::expected<Tuners::Admission, TuneError>> admit(
    Core& core, const StreamRequest& request, std::string_view viewer) {
    auto admission = core.admit(request, viewer);
    if (!admission && (admission.error() == TuneError::all_tuners_in_use ||
                          admission.error() == TuneError::tuner_in_use)) {
        asio::steady_timer timer(co_await asio::this_coro::executor, kSecondLook);
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        admission = core.admit(request, viewer);
    }
    co_return admission;
}

/// From the seat in the channel's session to the last byte, of the channel itself or of a
/// transcode of it.
[[nodiscard]] asio::awaitable<ViewerEnd> watch(std::shared_ptr<Core> core,
    std::shared_ptr<ChannelSession> session, net::Exchange& exchange, const StreamRequest& request,
    const log::Logger& log) {
    Seats seats{std::make_shared<Seat>(core, session)};
    Choice choice(core->transcode_policy(), request, session->format().get());
    if (!choice.get().needs_format) {
        say_choice(choice, log);
    }
    if (!choice.get().profile) {
        ViewerStream stream(core, session, seats, exchange, request, choice, log);
        ViewerEnd end = co_await stream.run();
        if (!end.must_choose) {
            co_return end;
        }
    }
    const media::Profile& profile = *choice.get().profile;
    if (std::string why = why_not(core->options.ffmpeg.get(), profile); !why.empty()) {
        log.error("a profile cannot be made", {{"profile", profile.name}, {"error", why}});
        co_return ViewerEnd{.reason = "no such profile here",
            .error = TuneError::no_profile,
            .detail = "the profile " + profile.name + " cannot be made: " + why};
    }
    auto transcode = core->admit_to_transcode(session, profile, choice.get().reason);
    if (!transcode) {
        co_return ViewerEnd{.reason = "too many transcodes",
            .error = TuneError::system_busy,
            .detail = "as many transcoders run as may"};
    }
    seats.push_back(std::make_shared<Seat>(core, transcode));
    // The transcode's first: its channel may be left behind it.
    std::ranges::reverse(seats);
    ViewerStream stream(
        core, std::move(transcode), std::move(seats), exchange, request, choice, log);
    co_return co_await stream.run();
}

/// Counts a running serve() for those who wait for the end of all.
class Serving {
public:
    explicit Serving(Core& core) : core_(core) { ++core_.serving; }

    ~Serving() {
        --core_.serving;
        core_.changed();
    }

    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;

private:
    Core& core_;
};

} // namespace

asio::awaitable<void> serve_viewer(
    std::shared_ptr<Core> core, net::Exchange& exchange, StreamRequest request) {
    const Serving serving(*core);
    const log::Logger log = core->log.with(
        {{"request", exchange.request().id}, {"channel", request.channel->guide_number}});
    if (exchange.request().method == net::Method::head) {
        const auto tuner = core->tuners.peek(request.channel->channel_id, request.forced_tuner);
        if (tuner) {
            (void)co_await exchange.start_stream(200, stream_headers(*tuner));
        } else {
            co_await refuse(*core, exchange, log, tuner.error(), "");
        }
        co_return;
    }
    ViewerEnd end;
    for (int tries = 0; tries < kAdmissions; ++tries) {
        auto admission = co_await admit(*core, request, exchange.request().remote_address);
        if (!admission) {
            co_await refuse(*core, exchange, log, admission.error(), "");
            co_return;
        }
        end = co_await watch(core, std::move(admission->session), exchange, request, log);
        if (!end.retry || exchange.started()) {
            break;
        }
    }
    if (exchange.started()) {
        co_return;
    }
    if (end.error) {
        co_await refuse(*core, exchange, log, *end.error, std::move(end.detail));
    } else if (end.retry) {
        co_await refuse(*core, exchange, log, TuneError::no_video_data, std::move(end.detail));
    }
}

} // namespace plex_tuner::gateway
