// SPDX-License-Identifier: GPL-3.0-or-later
#include "download_meta.hpp"
#include "incoming_file.hpp"
#include "retry_policy.hpp"
#include "transfer_error.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/fetch/content_check.hpp>
#include <plex_tuner/fetch/download.hpp>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::fetch {

namespace {

using std::chrono::milliseconds;

/// What a block page that comes with status 200 counts as.
constexpr int kBlockedStatus = 503;

/// How one try ended; an error with what the server said about trying again.
struct Attempt {
    Result<Download> result;
    std::optional<std::chrono::seconds> retry_after;
    bool stray_304 = false; ///< "not modified", although we did not ask that
};

/// Response headers that explain a refusal, for the log.
std::string hints_of(const ResponseHead& head) {
    constexpr std::string_view kHints[] = {"Retry-After", "X-RateLimit-Limit",
        "X-RateLimit-Remaining", "X-RateLimit-Reset", "CF-RAY", "X-Cache", "Server"};
    std::string text;
    for (const std::string_view name : kHints) {
        if (const auto value = head.header(name)) {
            text.append(text.empty() ? "" : ", ").append(name).append("=");
            text.append(value->substr(0, 100));
        }
    }
    return text;
}

class Downloader {
public:
    Downloader(Client& client, Request request, std::filesystem::path file, DownloadOptions options,
        log::Logger logger)
        : client_(client), request_(std::move(request)), file_(std::move(file)),
          options_(std::move(options)), logger_(std::move(logger)),
          random_(std::random_device{}()) {
        if (options_.total > milliseconds::zero()) {
            deadline_ = clock_.steady() + options_.total;
        }
    }

    asio::awaitable<Result<Download>> run() {
        AtomicFile::remove_leftovers(file_);
        known_ = load_meta(file_);
        bool conditional =
            known_ && known_->has_validators() && known_->url_hash == hash_of_request(request_);
        bool asked_again = false;
        for (int retries = 0;;) {
            Attempt attempt = co_await try_once(conditional);
            if (attempt.result) {
                co_return std::move(attempt.result);
            }
            if (attempt.stray_304 && !asked_again) {
                asked_again = true;
                conditional = false;
                continue;
            }
            const Error& error = attempt.result.error();
            const auto wait = retry_wait(error, attempt.retry_after, retries, options_.retry_base);
            if (error.code() == ErrorCode::unavailable && refused_) {
                co_return fail(*refused_); // what the provider said tells more
            }
            if (!wait || retries >= options_.retries) {
                co_return std::move(attempt.result);
            }
            // A governor knows of the failure and makes the next try wait, or refuses it.
            const milliseconds pause =
                governed_ ? milliseconds(0)
                          : jittered(*wait, attempt.retry_after.has_value(), random_);
            refused_ = error;
            if (remaining() <= pause) {
                co_return std::move(attempt.result);
            }
            ++retries;
            logger_.warn("download failed, will try again",
                {{"host", request_.url.host()}, {"error", error}, {"attempt", retries},
                    {"wait_ms", pause.count()}});
            asio::steady_timer timer(co_await asio::this_coro::executor, pause);
            const auto [cancelled] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
            if (cancelled) {
                co_return fail(ErrorCode::cancelled, "the download was cancelled");
            }
        }
    }

private:
    /// Of options.total; a very long time when there is no limit.
    [[nodiscard]] milliseconds remaining() const {
        if (!deadline_) {
            return std::chrono::hours(24 * 365);
        }
        return std::chrono::ceil<milliseconds>(*deadline_ - clock_.steady());
    }

    asio::awaitable<Attempt> try_once(bool conditional) {
        if (remaining() <= milliseconds::zero()) {
            co_return Attempt{
                fail(ErrorCode::timeout, "no download within " + duration_text(options_.total) +
                                             " from " + request_.url.redacted()),
                {}};
        }
        Request request = request_;
        if (deadline_) {
            const milliseconds own = request.limits.total;
            request.limits.total =
                own > milliseconds::zero() ? std::min(own, remaining()) : remaining();
        }
        if (conditional) {
            if (!known_->etag.empty()) {
                request.headers.emplace_back("If-None-Match", known_->etag);
            }
            if (!known_->last_modified.empty()) {
                request.headers.emplace_back("If-Modified-Since", known_->last_modified);
            }
        }
        std::unique_ptr<RequestPermit> permit;
        if (options_.governor != nullptr) {
            auto granted = co_await options_.governor->acquire(
                request, std::min(remaining(), options_.governor_patience));
            if (!granted) {
                co_return Attempt{fail(std::move(granted).error()), {}};
            }
            permit = std::move(*granted);
            governed_ = permit->governed();
        }
        const auto transfer = client_.start(std::move(request));
        auto head = co_await transfer->head();
        if (!head) {
            report(permit.get(), nullptr, &head.error());
            co_return Attempt{fail(std::move(head).error()), {}};
        }
        if (head->status == 304 && conditional) {
            report(permit.get(), &*head, nullptr);
            co_return Attempt{
                Download{file_, true, head->effective_url, id_text(known_->body)}, {}};
        }
        if (head->status != 200 && head->status != 203) {
            auto attempt = co_await refusal(*transfer, *head);
            report(permit.get(), &*head, nullptr);
            co_return attempt;
        }
        Attempt attempt{co_await receive(*transfer, *head), {}};
        report(permit.get(), &*head, attempt.result ? nullptr : &attempt.result.error());
        co_return attempt;
    }

    /// `head`: null when none came; `error`: null for a whole body.
    static void report(RequestPermit* permit, const ResponseHead* head, const Error* error) {
        if (permit == nullptr) {
            return;
        }
        RequestOutcome outcome = head == nullptr ? RequestOutcome() : outcome_of(*head);
        if (error != nullptr) {
            const ErrorCode code = error->code();
            outcome.network_error = code == ErrorCode::network || code == ErrorCode::timeout;
            if (code == ErrorCode::blocked) {
                outcome.status = kBlockedStatus;
            } else if (!outcome.network_error) {
                return; // a full disk, a cancelled call: no fault of the provider
            }
        }
        permit->report(outcome);
    }

    /// Names an answer that is no success, with a look at its body for challenge pages.
    asio::awaitable<Attempt> refusal(Transfer& transfer, const ResponseHead& head) {
        const std::string url = head.effective_url.redacted();
        std::string message = url + " answers with status " + std::to_string(head.status);
        if (head.status == 304) {
            message += " (not modified) to a request without conditions";
        } else if (auto body = co_await transfer.read(); body) {
            const BodyKind kind = classify_body(head.status, head.headers, *body);
            if (kind == BodyKind::cloudflare_challenge) {
                message.append(" and ").append(to_string(kind));
            }
        }
        if (const std::string hints = hints_of(head); !hints.empty()) {
            message.append(" (").append(hints).append(")");
        }
        Attempt attempt{fail(Error::from_http_status(head.status, std::move(message))), {}};
        attempt.stray_304 = head.status == 304;
        if (const auto text = head.header("Retry-After")) {
            attempt.retry_after = parse_retry_after(*text, clock_.wall());
        }
        co_return attempt;
    }

    /// All checks of what was written, with a chance for others, and for a cancellation, in
    /// between.
    static asio::awaitable<Result<void>> inspect(IncomingFile& incoming) {
        for (;;) {
            const auto more = incoming.inspect();
            if (!more) {
                co_return fail(more.error());
            }
            if (!*more) {
                co_return Result<void>{};
            }
            co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
            const auto state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none) {
                co_return fail(ErrorCode::cancelled, "the download was cancelled");
            }
        }
    }

    asio::awaitable<Result<Download>> receive(Transfer& transfer, const ResponseHead& head) {
        auto incoming = IncomingFile::create(file_, head, options_);
        if (!incoming) {
            co_return fail(std::move(incoming).error());
        }
        for (;;) {
            auto bytes = co_await transfer.read();
            if (!bytes) {
                co_return fail(std::move(bytes).error());
            }
            if (bytes->empty()) {
                incoming->end();
            } else if (auto written = incoming->write(*bytes); !written) {
                co_return fail(std::move(written).error());
            }
            if (auto inspected = co_await inspect(*incoming); !inspected) {
                co_return fail(std::move(inspected).error());
            }
            if (bytes->empty()) {
                break;
            }
        }
        const DownloadMeta meta{hash_of_request(request_), incoming->id(),
            std::string(head.header("ETag").value_or("")),
            std::string(head.header("Last-Modified").value_or(""))};
        const bool is_equal = known_ && known_->body == meta.body;
        if (!is_equal) {
            // In this order a crash leaves a file without validators, never with those of another.
            remove_meta(file_);
            if (auto committed = incoming->commit(); !committed) {
                co_return fail(std::move(committed).error());
            }
        }
        if (auto saved = save_meta(file_, meta); !saved) {
            logger_.warn("validators not saved", {{"error", saved.error()}});
        }
        co_return Download{file_, is_equal, head.effective_url, id_text(meta.body)};
    }

    Client& client_;
    Request request_;
    std::filesystem::path file_;
    DownloadOptions options_;
    log::Logger logger_;
    SystemClock clock_;
    std::optional<SteadyTime> deadline_;
    bool governed_ = false;             ///< somebody else makes the next try wait
    std::optional<Error> refused_;      ///< of the try before
    std::optional<DownloadMeta> known_; ///< of the body on disk
    std::minstd_rand random_;
};

} // namespace

asio::awaitable<Result<Download>> download(Client& client, Request request,
    std::filesystem::path file, DownloadOptions options, log::Logger logger) {
    Downloader downloader(
        client, std::move(request), std::move(file), std::move(options), std::move(logger));
    co_return co_await downloader.run();
}

} // namespace plex_tuner::fetch
