// SPDX-License-Identifier: GPL-3.0-or-later
#include "descriptor_source.hpp"
#include "http_source.hpp"
#include "local_source.hpp"
#include "request_factory.hpp"
#include "source_memory.hpp"
#include "survey_sink.hpp"

#include <plex_tuner/gateway/source_inspection.hpp>

#include <cerrno>
#include <csignal>
#include <functional>
#include <memory>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>
#include <fcntl.h>
#include <unistd.h>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;

[[nodiscard]] SteadyTime now() {
    return std::chrono::steady_clock::now();
}

using Opened = std::function<void(const SourceOpened&)>;
using Play = std::function<asio::awaitable<Result<void>>(Attempt&, MediaSink&, Opened)>;

/// One inspection, on the executor it is given.
class Look {
public:
    Look(const asio::any_io_executor& executor, fetch::Client& client,
        const InspectionOptions& options, milliseconds patience)
        : options_(options),
          attempt_(std::make_shared<Attempt>(executor, client, options.governor)),
          sink_(*attempt_, options.limit, options.until_format_is_known, patience),
          limit_timer_(executor) {}

    void interrupt() {
        interrupted_ = true;
        attempt_->cancel(Error(ErrorCode::cancelled, "interrupted"));
    }

    [[nodiscard]] asio::awaitable<Inspection> play(Play play) {
        const SteadyTime begun = now();
        if (options_.start_timeout > milliseconds(0)) {
            attempt_->set_deadline(begun + options_.start_timeout,
                "no media within " + std::to_string(options_.start_timeout.count() / 1'000) + " s");
        }
        Inspection inspection;
        Result<void> result = co_await play(*attempt_, sink_, [&](const SourceOpened& what) {
            inspection.kind = what.kind;
            begin_limit();
        });
        attempt_->cancel(Error(ErrorCode::cancelled, "over"));
        over_ = true;
        limit_timer_.cancel();

        const SteadyTime first = sink_.first_byte().value_or(now());
        inspection.first_byte = std::chrono::duration_cast<milliseconds>(first - begun);
        inspection.took = std::chrono::duration_cast<milliseconds>(now() - first);
        inspection.bytes = sink_.bytes();
        inspection.segments_missed = sink_.missed_segments();
        inspection.sound_lost = sink_.lost_sound();
        inspection.datagrams_lost = sink_.lost_datagrams();
        inspection.end = end_of(result);
        sink_.conclude(
            inspection.end == InspectionEnd::over, inspection.end == InspectionEnd::broken);
        inspection.report = sink_.survey().report();
        if (inspection.end == InspectionEnd::broken) {
            inspection.error = std::move(result).error();
        } else if (!inspection.has_stream()) {
            inspection.error = Error(ErrorCode::empty_body,
                interrupted_ ? "interrupted before any media came" : "no media came");
        }
        co_return inspection;
    }

private:
    void begin_limit() {
        if (!options_.limit || options_.until_format_is_known) {
            return;
        }
        limit_timer_.expires_after(*options_.limit);
        limit_timer_.async_wait([this](boost::system::error_code error) {
            if (error || over_) {
                return;
            }
            if (!sink_.first_byte()) { // the attempt has a deadline for that
                begin_limit();
                return;
            }
            time_is_up_ = true;
            attempt_->cancel(Error(ErrorCode::cancelled, "time is up"));
        });
    }

    [[nodiscard]] InspectionEnd end_of(const Result<void>& result) const {
        if (interrupted_) {
            return InspectionEnd::interrupted;
        }
        if (time_is_up_ || sink_.has_enough()) {
            return InspectionEnd::limit;
        }
        const bool over = result || result.error().message() == kStreamEnded;
        return over ? InspectionEnd::over : InspectionEnd::broken;
    }

    const InspectionOptions& options_;
    std::shared_ptr<Attempt> attempt_;
    SurveySink sink_;
    asio::steady_timer limit_timer_;
    bool interrupted_ = false;
    bool time_is_up_ = false;
    bool over_ = false;
};

/// One inspection with a thread and signals of its own.
[[nodiscard]] Inspection look_alone(fetch::Client& client, const InspectionOptions& options,
    milliseconds patience, const Play& play) {
    asio::io_context context(1);
    Look look(context.get_executor(), client, options, patience);
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&look](boost::system::error_code error, int) {
        if (!error) {
            look.interrupt();
        }
    });
    const auto work = [&]() -> asio::awaitable<Inspection> {
        Inspection inspection = co_await look.play(play);
        signals.cancel();
        co_return inspection;
    };
    auto done = asio::co_spawn(context, work(), asio::use_future);
    context.run();
    return done.get();
}

/// Plays a source as a channel would.
class SourcePlayer {
public:
    SourcePlayer(Url source, const InspectionOptions& options, log::Logger log)
        : source_(std::move(source)), options_(options), log_(std::move(log)),
          requests_(source_, options.headers, options.limits, options.credentials,
              fetch::make_cookie_jar()) {}

    [[nodiscard]] Play play() {
        return [this](Attempt& attempt, MediaSink& sink, Opened opened) {
            return source_.is_http() ? play_http_source(attempt, sink, requests_, source_, memory_,
                                           options_.remuxing, log_, std::move(opened))
                                     : play_local_source(attempt, sink, source_,
                                           options_.multicast_interface, log_, std::move(opened));
        };
    }

private:
    Url source_;
    const InspectionOptions& options_;
    log::Logger log_;
    RequestFactory requests_;
    SourceMemory memory_;
};

[[nodiscard]] Inspection refused(const Url& source) {
    Inspection refused;
    refused.end = InspectionEnd::broken;
    refused.error = Error(ErrorCode::unsupported,
        std::string(source.scheme()) + " sources are not supported; http, https, udp, rtp and file "
                                       "are");
    return refused;
}

class RunningInspectionImpl final : public RunningInspection {
public:
    RunningInspectionImpl(const asio::any_io_executor& executor, fetch::Client& client, Url source,
        InspectionOptions options, log::Logger log)
        : options_(std::move(options)), source_(source),
          player_(std::move(source), options_, std::move(log)),
          look_(executor, client, options_, options_.limits.stall) {}

    asio::awaitable<Inspection> run() override {
        if (!source_.is_http() && !is_local_source(source_)) {
            co_return refused(source_);
        }
        co_return co_await look_.play(player_.play());
    }

    void interrupt() override { look_.interrupt(); }

private:
    InspectionOptions options_;
    Url source_;
    SourcePlayer player_;
    Look look_;
};

} // namespace

std::string_view to_string(InspectionEnd end) noexcept {
    switch (end) {
    case InspectionEnd::over:
        return "over";
    case InspectionEnd::limit:
        return "limit";
    case InspectionEnd::interrupted:
        return "interrupted";
    case InspectionEnd::broken:
        return "broken";
    }
    return "unknown";
}

Inspection inspect_source(fetch::Client& client, const Url& source,
    const InspectionOptions& options, const log::Logger& log) {
    if (!source.is_http() && !(is_local_source(source) && !source.is_scheme("file"))) {
        return refused(source);
    }
    SourcePlayer player(source, options, log);
    return look_alone(client, options, options.limits.stall, player.play());
}

std::unique_ptr<RunningInspection> RunningInspection::create(const asio::any_io_executor& executor,
    fetch::Client& client, Url source, InspectionOptions options, log::Logger log) {
    return std::make_unique<RunningInspectionImpl>(
        executor, client, std::move(source), std::move(options), std::move(log));
}

Inspection inspect_descriptor(
    fetch::Client& client, int descriptor, const InspectionOptions& options) {
    // Who types or pipes it may take any time.
    InspectionOptions patient = options;
    patient.start_timeout = milliseconds(0);
    return look_alone(
        client, patient, milliseconds(0), [&](Attempt& attempt, MediaSink& sink, Opened opened) {
            return play_descriptor(attempt, sink, descriptor, std::move(opened));
        });
}

Inspection inspect_file(
    fetch::Client& client, const std::filesystem::path& path, const InspectionOptions& options) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        Inspection refused;
        refused.end = InspectionEnd::broken;
        refused.error = Error::from_errno(errno, "opening the file");
        return refused;
    }
    Inspection inspection = inspect_descriptor(client, descriptor, options);
    ::close(descriptor);
    return inspection;
}

} // namespace plex_tuner::gateway
