// SPDX-License-Identifier: GPL-3.0-or-later
#include "http_source.hpp"
#include "media_sink.hpp"
#include "request_factory.hpp"
#include "source_memory.hpp"

#include <plex_tuner/gateway/title_stream.hpp>
#include <plex_tuner/ts/packetizer.hpp>
#include <plex_tuner/ts/splicer.hpp>

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::gateway {
namespace {

/// Made before somebody takes it.
constexpr std::size_t kMostAhead = std::size_t{1} << 20;
/// Stands for "no limit" where a deadline is needed.
constexpr std::chrono::hours kNoLimit{24 * 365};

[[nodiscard]] SteadyTime now() {
    return std::chrono::steady_clock::now();
}

/// Where the title is played to: its bytes wait here until somebody takes them.
class TitleSink final : public MediaSink, public ts::PacketSink {
public:
    TitleSink(Attempt& attempt, std::chrono::milliseconds patience)
        : attempt_(attempt), patience_(patience), splicer_(*this) {}

    void seam(ts::Seam kind) override {
        packetizer_.restart();
        splicer_.seam(kind, false);
    }

    void feed(std::string bytes) override {
        packetizer_.feed(ts::bytes_of(bytes), [this](ts::Bytes run) { splicer_.feed(run); });
        expect_media();
    }

    void finish_piece() override {
        packetizer_.finish([this](ts::Bytes run) { splicer_.feed(run); });
        splicer_.finish_piece();
    }

    void abandon_piece() override {
        packetizer_.restart();
        splicer_.abandon_piece();
    }

    void segments_missed(std::uint64_t /*count*/) override { lose("a segment is gone"); }

    void sound_lost(std::uint64_t /*segments*/) override {
        lose("a segment of its sound cannot be had");
    }

    void datagrams_lost(std::uint64_t /*count*/) override {}

    [[nodiscard]] bool plausible() const override { return !packetizer_.not_ts(); }

    [[nodiscard]] bool may_gather() const override { return false; }

    [[nodiscard]] bool keeps_all() const override { return true; }

    [[nodiscard]] asio::awaitable<Result<void>> wait_for_room() override {
        arrived_.cancel();
        while (bytes_.size() >= kMostAhead) {
            attempt_.move_deadline(now() + kNoLimit);
            if (auto waited = co_await attempt_.sleep_until(now() + kNoLimit); !waited) {
                co_return waited;
            }
        }
        if (attempt_.cancelled()) {
            co_return fail(*attempt_.cancelled());
        }
        expect_media();
        co_return Result<void>{};
    }

    [[nodiscard]] asio::awaitable<Result<void>> pace(std::size_t /*bytes*/) override {
        return wait_for_room();
    }

    void set_patience(std::chrono::milliseconds /*patience*/) override {}

    /// The source is over.
    void end(Result<void> result) {
        result_ = std::move(result);
        is_over_ = true;
        arrived_.cancel();
    }

    [[nodiscard]] asio::awaitable<void> wait_for_end() {
        while (!is_over_) {
            co_await arrived_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }

    [[nodiscard]] asio::awaitable<Result<std::string>> read() {
        while (bytes_.empty() && !is_over_) {
            co_await arrived_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
        if (bytes_.empty() && !result_) {
            co_return fail(result_.error());
        }
        attempt_.wake();
        co_return std::exchange(bytes_, {});
    }

    void packets(ts::Bytes packets) override {
        bytes_.append(reinterpret_cast<const char*>(packets.data()), packets.size());
    }

private:
    void expect_media() {
        if (patience_ > std::chrono::milliseconds(0)) {
            attempt_.set_deadline(now() + patience_,
                "no media for " + std::to_string(patience_.count() / 1'000) + " s");
        }
    }

    void lose(std::string_view what) {
        attempt_.cancel(Error(ErrorCode::network, std::string(what)));
    }

    Attempt& attempt_;
    std::chrono::milliseconds patience_;
    ts::Packetizer packetizer_;
    ts::Splicer splicer_;
    asio::steady_timer arrived_{attempt_.strand(), SteadyTime::max()}; ///< ended at each change
    std::string bytes_;
    Result<void> result_;
    bool is_over_ = false;
};

class RunningTitle final : public TitleStream {
public:
    RunningTitle(const asio::any_io_executor& strand, fetch::Client& client, Url url,
        const TitleOptions& options, log::Logger log)
        : run_(std::make_shared<Run>(strand, client, std::move(url), options)) {
        asio::co_spawn(
            run_->attempt->strand(), play(run_, options.remuxing, std::move(log)), asio::detached);
    }

    ~RunningTitle() override { cancel(); }

    RunningTitle(const RunningTitle&) = delete;
    RunningTitle& operator=(const RunningTitle&) = delete;

    asio::awaitable<Result<std::string>> read() override { return run_->sink.read(); }

    void cancel() noexcept override {
        run_->attempt->cancel(Error(ErrorCode::cancelled, "nobody reads it any more"));
    }

    asio::awaitable<void> finish() override {
        cancel();
        co_await run_->sink.wait_for_end();
    }

private:
    struct Run {
        Run(const asio::any_io_executor& strand, fetch::Client& client, Url address,
            const TitleOptions& options)
            : attempt(std::make_shared<Attempt>(strand, client, options.governor)),
              sink(*attempt, options.limits.stall), url(std::move(address)),
              requests(url, {}, options.limits, options.credentials, fetch::make_cookie_jar()) {}

        std::shared_ptr<Attempt> attempt;
        TitleSink sink;
        Url url;
        RequestFactory requests;
        SourceMemory memory;
    };

    [[nodiscard]] static asio::awaitable<void> play(
        std::shared_ptr<Run> run, media::WorkerOptions remuxing, log::Logger log) {
        auto result = co_await play_http_source(*run->attempt, run->sink, run->requests, run->url,
            run->memory, remuxing, std::move(log), [&run](const SourceOpened& opened) {
                if (opened.kind != "hls") {
                    run->attempt->cancel(Error(
                        ErrorCode::unsupported, "the address of a playlist gives something else"));
                }
            });
        if (!result && run->attempt->cancelled()) {
            result = fail(*run->attempt->cancelled());
        }
        run->attempt->cancel(Error(ErrorCode::cancelled, "over"));
        run->sink.end(std::move(result));
    }

    std::shared_ptr<Run> run_;
};

} // namespace

std::unique_ptr<TitleStream> TitleStream::open(const asio::any_io_executor& strand,
    fetch::Client& client, Url url, const TitleOptions& options, log::Logger log) {
    return std::make_unique<RunningTitle>(strand, client, std::move(url), options, std::move(log));
}

} // namespace plex_tuner::gateway
