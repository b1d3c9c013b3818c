// SPDX-License-Identifier: GPL-3.0-or-later
#include "answer_reader.hpp"
#include "frame.hpp"
#include "life_signs.hpp"
#include "worker_process.hpp"

#include <plex_tuner/media/media_worker.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <sys/ioctl.h>
#include <unistd.h>

namespace plex_tuner::media {

namespace asio = boost::asio;
using asio::local::stream_protocol;

namespace {

/// How often a silence is looked for while it would last.
constexpr int kLooks = 4;

[[nodiscard]] LifeSigns::Time now() {
    return asio::steady_timer::clock_type::now();
}

[[nodiscard]] std::string seconds_text(std::chrono::milliseconds time) {
    return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + " s"
                                    : std::to_string(time.count()) + " ms";
}

} // namespace

/// One process and the socket to it, until one of them ends. Kept alive by its operations.
class MediaWorker::Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(const asio::any_io_executor& strand, const WorkerOptions& options,
        std::function<void()> on_change)
        : options_(options), on_change_(std::move(on_change)), socket_(strand), watchdog_(strand) {}

    [[nodiscard]] bool open() {
        auto started = WorkerProcess::start(socket_.get_executor(), {.command = options_.command});
        if (!started) {
            give_up(std::move(started).error());
            return false;
        }
        process_ = std::move(started->process);
        boost::system::error_code error;
        socket_.assign(stream_protocol(), started->socket, error);
        if (error) {
            ::close(started->socket);
            give_up(Error(ErrorCode::io, "the media worker's socket: " + error.message()));
            return false;
        }
        read();
        return true;
    }

    /// Nobody wants to hear of it any more.
    void abandon() {
        on_change_ = nullptr;
        give_up(Error(ErrorCode::cancelled, "closed"));
    }

    /// The last one: it does no other behind it.
    void begin_last_job(std::string_view payload, std::size_t max_output_bytes) {
        is_last_ = true;
        begin_job(payload, max_output_bytes);
    }

    void begin_job(std::string_view payload, std::size_t max_output_bytes) {
        working_ = true;
        finished_ = false;
        has_given_ = false;
        answers_.begin_job(max_output_bytes);
        put(FrameType::begin, payload);
        life_.saw(now());
        watch();
        write();
    }

    void feed(std::string_view bytes) {
        if (!bytes.empty() && !closed_) {
            put(FrameType::input, bytes);
            write();
        }
    }

    void finish_job() {
        finished_ = true;
        if (!closed_) {
            put(FrameType::end, {});
            write();
        }
    }

    /// Can take another job.
    [[nodiscard]] bool is_free() const noexcept { return !closed_ && !working_ && !is_last_; }

    [[nodiscard]] std::size_t unsent() const noexcept { return filling_.size() + sending_.size(); }

    [[nodiscard]] std::string take_output() { return answers_.take_output(); }

    [[nodiscard]] const std::optional<Result<JobResult>>& outcome() const noexcept {
        // What the worker said before it ended counts.
        return answers_.outcome() ? answers_.outcome() : failure_;
    }

    [[nodiscard]] int pid() const noexcept { return process_ && !closed_ ? process_->pid() : -1; }

private:
    void put(FrameType type, std::string_view payload) {
        const std::size_t before = filling_.size();
        append_frames(type, payload, filling_);
        life_.put(filling_.size() - before);
    }

    void read() {
        socket_.async_read_some(asio::buffer(received_),
            [self = shared_from_this()](boost::system::error_code error, std::size_t size) {
                if (!self->closed_) {
                    self->on_read(error, size);
                }
            });
    }

    void on_read(boost::system::error_code error, std::size_t size) {
        if (error) {
            report_exit();
            return;
        }
        if (auto fed = answers_.feed({received_.data(), size}); !fed) {
            give_up(std::move(fed).error());
            return;
        }
        if (working_ && answers_.outcome()) {
            working_ = false;
            watchdog_.cancel();
        }
        life_.saw(now());
        if (working_ && !has_given_ && answers_.has_output()) {
            has_given_ = true;
            watch(); // under the other limit
        }
        read();
        changed();
    }

    void write() {
        if (!sending_.empty() || filling_.empty()) {
            return;
        }
        sending_.swap(filling_);
        asio::async_write(
            socket_, asio::buffer(sending_),
            [self = shared_from_this()](boost::system::error_code error, std::size_t sent) {
                self->sent_ = sent;
                return error ? std::size_t{0} : std::size_t{kMaxFramePayload};
            },
            [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                self->sending_.clear();
                self->sent_ = 0;
                // A broken socket shows itself when reading, where last words may still be.
                if (!error && !self->closed_) {
                    self->write();
                    self->changed();
                }
            });
    }

    /// Bytes in the socket that the worker has not taken, and what the kernel keeps beside them.
    [[nodiscard]] std::size_t queued() {
        int bytes = 0;
        return ::ioctl(socket_.native_handle(), TIOCOUTQ, &bytes) == 0 && bytes > 0
                   ? static_cast<std::size_t>(bytes)
                   : 0;
    }

    void watch() {
        watchdog_.expires_after(silence_limit() / kLooks);
        watchdog_.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (!error && !self->closed_ && self->working_) {
                self->look();
            }
        });
    }

    [[nodiscard]] std::chrono::milliseconds silence_limit() const noexcept {
        return has_given_ && options_.silence_once_giving.count() > 0 ? options_.silence_once_giving
                                                                      : options_.silence;
    }

    void look() {
        // One that only starts takes nothing yet.
        const std::size_t not_taken = unsent() - sent_ + (answers_.ready() ? queued() : 0);
        if (life_.silence(now(), not_taken, finished_) < silence_limit()) {
            watch();
            return;
        }
        give_up(Error(ErrorCode::timeout,
            "the media worker was silent for " + seconds_text(silence_limit())));
    }

    /// The socket is at its end: with the process, or by its doing.
    void report_exit() {
        closed_ = true;
        close_socket();
        process_->end([self = shared_from_this()](int status) {
            self->failure_ =
                fail(ErrorCode::unavailable, "the media worker " + describe_exit(status));
            self->changed();
        });
    }

    void give_up(Error why) {
        if (!closed_) {
            closed_ = true;
            failure_ = fail(std::move(why));
            if (process_) {
                process_->end([](int /*status*/) {});
            }
            asio::post(socket_.get_executor(), [self = shared_from_this()] { self->changed(); });
        }
        close_socket();
    }

    void close_socket() {
        boost::system::error_code ignored;
        socket_.close(ignored);
        watchdog_.cancel();
    }

    void changed() {
        if (on_change_) {
            on_change_();
        }
    }

    const WorkerOptions options_;
    std::function<void()> on_change_;
    stream_protocol::socket socket_;
    asio::steady_timer watchdog_;
    std::shared_ptr<WorkerProcess> process_;
    std::array<char, 64 * 1024> received_{};
    std::string filling_;  ///< to be sent
    std::string sending_;  ///< being sent
    std::size_t sent_ = 0; ///< of that
    LifeSigns life_;
    AnswerReader answers_;
    bool working_ = false;
    bool is_last_ = false;   ///< the job
    bool finished_ = false;  ///< all input has been given
    bool has_given_ = false; ///< the job, output
    bool closed_ = false;
    std::optional<Result<JobResult>> failure_; ///< of the process; never a result
};

MediaWorker::MediaWorker(
    asio::any_io_executor strand, WorkerOptions options, std::function<void()> on_change)
    : strand_(std::move(strand)), options_(std::move(options)), on_change_(std::move(on_change)) {}

MediaWorker::~MediaWorker() {
    if (connection_) {
        connection_->abandon();
    }
}

void MediaWorker::begin(const Job& job) {
    if (ready()) {
        connection_->begin_job(encode(job), options_.max_output_bytes);
    }
}

void MediaWorker::begin(const Profile& profile) {
    if (ready()) {
        connection_->begin_last_job(
            encode(StreamJob{.profile = profile}), std::numeric_limits<std::size_t>::max());
    }
}

void MediaWorker::begin_clip(const Profile& profile, const BootstrapClip& clip) {
    if (ready()) {
        connection_->begin_last_job(
            encode(StreamJob{.profile = profile, .clip = clip}), options_.max_output_bytes);
    }
}

bool MediaWorker::ready() {
    if (connection_ && !connection_->is_free()) {
        connection_->abandon();
        connection_.reset();
    }
    if (!connection_) {
        connection_ = std::make_shared<Connection>(strand_, options_, on_change_);
        ++starts_;
        if (!connection_->open()) {
            return false;
        }
    }
    return true;
}

void MediaWorker::feed(std::string_view bytes) {
    connection_->feed(bytes);
}

void MediaWorker::finish() {
    connection_->finish_job();
}

std::size_t MediaWorker::unsent() const noexcept {
    return connection_ ? connection_->unsent() : 0;
}

std::string MediaWorker::take_output() {
    return connection_ ? connection_->take_output() : std::string();
}

const std::optional<Result<JobResult>>& MediaWorker::outcome() const noexcept {
    static const std::optional<Result<JobResult>> none;
    return connection_ ? connection_->outcome() : none;
}

std::uint64_t MediaWorker::starts() const noexcept {
    return starts_;
}

int MediaWorker::pid() const noexcept {
    return connection_ ? connection_->pid() : -1;
}

} // namespace plex_tuner::media
