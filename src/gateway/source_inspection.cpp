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

/// One inspection, on an io_context and the thread of its own.
class Run {
public:
    using Opened = std::function<void(const SourceOpened&)>;
    using Play = std::function<asio::awaitable<Result<void>>(Attempt&, MediaSink&, Opened)>;

    Run(fetch::Client& client, const InspectionOptions& options, milliseconds patience)
        : options_(options), attempt_(std::make_shared<Attempt>(context_.get_executor(), client)),
          sink_(*attempt_, options.limit, patience), signals_(context_), limit_timer_(context_) {}

    [[nodiscard]] Inspection play(const Play& play) {
        const SteadyTime begun = now();
        signals_.add(SIGINT);
        signals_.add(SIGTERM);
        signals_.async_wait([this](boost::system::error_code error, int) {
            if (!error) {
                interrupted_ = true;
                attempt_->cancel(Error(ErrorCode::cancelled, "interrupted"));
            }
        });
        if (options_.start_timeout > milliseconds(0)) {
            attempt_->set_deadline(begun + options_.start_timeout,
                "no media within " + std::to_string(options_.start_timeout.count() / 1'000) + " s");
        }
        Inspection inspection;
        const auto work = [&]() -> asio::awaitable<Result<void>> {
            auto result = co_await play(*attempt_, sink_, [&](const SourceOpened& what) {
                inspection.kind = what.kind;
                begin_limit();
            });
            attempt_->cancel(Error(ErrorCode::cancelled, "over"));
            over_ = true;
            signals_.cancel();
            limit_timer_.cancel();
            co_return result;
        };
        auto done = asio::co_spawn(context_, work(), asio::use_future);
        context_.run();
        Result<void> result = done.get();

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
        return inspection;
    }

private:
    void begin_limit() {
        if (!options_.limit) {
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
    asio::io_context context_{1};
    std::shared_ptr<Attempt> attempt_;
    SurveySink sink_;
    asio::signal_set signals_;
    asio::steady_timer limit_timer_;
    bool interrupted_ = false;
    bool time_is_up_ = false;
    bool over_ = false;
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
        Inspection refused;
        refused.end = InspectionEnd::broken;
        refused.error = Error(ErrorCode::unsupported,
            std::string(source.scheme()) +
                " sources are not supported; http, https, udp, rtp and file are");
        return refused;
    }
    const RequestFactory requests(
        source, {}, options.limits, options.credentials, fetch::make_cookie_jar());
    SourceMemory memory;
    Run run(client, options, options.limits.stall);
    return run.play([&](Attempt& attempt, MediaSink& sink, Run::Opened opened) {
        return source.is_http() ? play_http_source(attempt, sink, requests, source, memory,
                                      options.remuxing, log, std::move(opened))
                                : play_local_source(attempt, sink, source,
                                      options.multicast_interface, log, std::move(opened));
    });
}

Inspection inspect_descriptor(
    fetch::Client& client, int descriptor, const InspectionOptions& options) {
    // Who types or pipes it may take any time.
    InspectionOptions patient = options;
    patient.start_timeout = milliseconds(0);
    Run run(client, patient, milliseconds(0));
    return run.play([&](Attempt& attempt, MediaSink& sink, Run::Opened opened) {
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
