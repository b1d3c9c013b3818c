// SPDX-License-Identifier: GPL-3.0-or-later
#include "last_words.hpp"
#include "life_signs.hpp"
#include "worker_process.hpp"

#include <plex_tuner/media/external_transcoder.hpp>

#include <array>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <sys/ioctl.h>
#include <unistd.h>

namespace plex_tuner::media {

namespace asio = boost::asio;
using asio::local::stream_protocol;

namespace {

/// As our own worker's.
constexpr int kNice = 5;
constexpr std::size_t kTsPacketSize = 188;
constexpr char kTsSync = 0x47;
/// So much waits here to be taken; the rest waits in the process.
constexpr std::size_t kMaxHeld = std::size_t{4} << 20;
/// How often a silence is looked for while it would last.
constexpr int kLooks = 4;
/// Between the end of its output and its own.
constexpr std::chrono::milliseconds kEnding{2'000};

[[nodiscard]] LifeSigns::Time now() {
    return std::chrono::steady_clock::now();
}

} // namespace

/// The process and the socket to it, until one of them ends. Kept alive by its operations.
class ExternalTranscoder::Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(
        const asio::any_io_executor& strand, ExternalLimits limits, std::function<void()> on_change)
        : limits_(limits), on_change_(std::move(on_change)), socket_(strand), errors_(strand),
          watchdog_(strand) {}

    void open(const FfmpegProgram& program, const Profile& profile) {
        auto started = WorkerProcess::start(
            socket_.get_executor(), {.command = ffmpeg_command(program, profile),
                                        .environment = program.environment,
                                        .keeps_errors = true,
                                        .nice = kNice});
        if (!started) {
            give_up(Error(ErrorCode::unavailable, started.error().message()));
            return;
        }
        process_ = std::move(started->process);
        boost::system::error_code error;
        errors_.assign(started->errors, error);
        if (!error) {
            errors_.non_blocking(true, error);
        }
        boost::system::error_code second;
        socket_.assign(stream_protocol(), started->socket, second);
        if (error || second) {
            give_up(Error(
                ErrorCode::io, "the transcoder's socket: " + (error ? error : second).message()));
            return;
        }
        life_.saw(now());
        watch();
        read();
        read_errors();
    }

    /// Nobody wants to hear of it any more.
    void abandon() {
        on_change_ = nullptr;
        give_up(Error(ErrorCode::cancelled, "closed"));
    }

    void feed(std::string_view bytes) {
        if (!bytes.empty() && !closed_) {
            filling_.append(bytes);
            life_.put(bytes.size());
            write();
        }
    }

    void finish() {
        finished_ = true;
        write();
    }

    [[nodiscard]] std::size_t unsent() const noexcept { return filling_.size() + sending_.size(); }

    [[nodiscard]] std::string take_output() {
        std::string output = std::exchange(output_, {});
        // What is no whole packet yet stays.
        const std::size_t whole = output.size() / kTsPacketSize * kTsPacketSize;
        output_ = output.substr(whole);
        output.resize(whole);
        if (!closed_ && !reading_) {
            read();
        }
        return output;
    }

    [[nodiscard]] const std::optional<Result<JobResult>>& outcome() const noexcept {
        return outcome_;
    }

    [[nodiscard]] std::string last_words() const {
        const std::string line = words_.text();
        return line.empty() ? line : ": " + line;
    }

    [[nodiscard]] int pid() const noexcept { return process_ && !closed_ ? process_->pid() : -1; }

private:
    void read() {
        reading_ = true;
        socket_.async_read_some(asio::buffer(received_),
            [self = shared_from_this()](boost::system::error_code error, std::size_t size) {
                self->reading_ = false;
                if (!self->closed_) {
                    self->on_read(error, size);
                }
            });
    }

    void on_read(boost::system::error_code error, std::size_t size) {
        if (error) {
            end_in_order();
            return;
        }
        for (std::size_t at = 0; at < size; ++at) {
            if ((given_ + at) % kTsPacketSize == 0 && received_[at] != kTsSync) {
                give_up(Error(ErrorCode::unavailable, "ffmpeg sent what is no transport stream"));
                return;
            }
        }
        const bool is_first = std::exchange(given_, given_ + size) == 0;
        output_.append(received_.data(), size);
        life_.saw(now());
        if (is_first) {
            watch(); // under the other limit
        }
        if (output_.size() < kMaxHeld) {
            read();
        }
        changed();
    }

    void read_errors() {
        hears_ = true;
        errors_.async_read_some(asio::buffer(said_),
            [self = shared_from_this()](boost::system::error_code error, std::size_t size) {
                self->hears_ = false;
                if (!error) {
                    self->words_.hear(std::string_view(self->said_.data(), size));
                }
                if (self->status_) {
                    self->end_with_the_rest();
                } else if (!error) {
                    self->read_errors();
                }
            });
    }

    void write() {
        if (closed_ || !sending_.empty()) {
            return;
        }
        if (filling_.empty()) {
            if (finished_) {
                boost::system::error_code ignored;
                socket_.shutdown(stream_protocol::socket::shutdown_send, ignored);
            }
            return;
        }
        sending_.swap(filling_);
        asio::async_write(
            socket_, asio::buffer(sending_),
            [self = shared_from_this()](boost::system::error_code error, std::size_t sent) {
                self->sent_ = sent;
                return error ? std::size_t{0} : kTsPacketSize * 256;
            },
            [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                self->sending_.clear();
                self->sent_ = 0;
                // One that takes nothing more may still give its rest, and last words.
                if (!error && !self->closed_) {
                    self->write();
                    self->changed();
                }
            });
    }

    [[nodiscard]] std::size_t queued() {
        int bytes = 0;
        return ::ioctl(socket_.native_handle(), TIOCOUTQ, &bytes) == 0 && bytes > 0
                   ? static_cast<std::size_t>(bytes)
                   : 0;
    }

    [[nodiscard]] std::chrono::milliseconds limit() const noexcept {
        return given_ > 0 ? limits_.silence_once_giving : limits_.silence;
    }

    void watch() {
        watchdog_.expires_after(limit() / kLooks);
        watchdog_.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (!error && !self->closed_) {
                self->look();
            }
        });
    }

    void look() {
        if (output_.size() >= kMaxHeld) {
            life_.saw(now()); // it waits for us
        }
        if (life_.silence(now(), unsent() - sent_ + queued(), finished_) < limit()) {
            watch();
            return;
        }
        give_up(Error(ErrorCode::timeout,
            "ffmpeg was silent for " + std::to_string(limit().count()) + " ms" + last_words()));
    }

    /// Its output is at its end: it is, too, or will be soon.
    void end_in_order() {
        closed_ = true;
        watchdog_.expires_after(kEnding);
        watchdog_.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (!error) {
                self->process_->kill();
            }
        });
        process_->when_over([self = shared_from_this()](int status) {
            self->status_ = status;
            if (self->hears_) {
                // Another thread may be at that read: it has to be over before there is another.
                boost::system::error_code ignored;
                self->errors_.cancel(ignored);
            } else {
                self->end_with_the_rest();
            }
        });
    }

    void end_with_the_rest() {
        boost::system::error_code error;
        for (std::size_t size = 1; !error && size > 0;) {
            size = errors_.read_some(asio::buffer(said_), error);
            words_.hear(std::string_view(said_.data(), size));
        }
        outcome_ = *status_ == 0 ? Result<JobResult>(JobResult{})
                                 : fail(ErrorCode::unavailable,
                                       "ffmpeg " + describe_exit(*status_) + last_words());
        close();
        changed();
    }

    void give_up(Error why) {
        if (!closed_) {
            closed_ = true;
            outcome_ = fail(std::move(why));
            if (process_) {
                process_->end([](int /*status*/) {});
            }
            asio::post(socket_.get_executor(), [self = shared_from_this()] { self->changed(); });
            close();
        }
    }

    void close() {
        boost::system::error_code ignored;
        socket_.close(ignored);
        errors_.close(ignored);
        watchdog_.cancel();
    }

    void changed() {
        if (on_change_) {
            on_change_();
        }
    }

    const ExternalLimits limits_;
    std::function<void()> on_change_;
    stream_protocol::socket socket_;
    asio::posix::stream_descriptor errors_;
    asio::steady_timer watchdog_;
    std::shared_ptr<WorkerProcess> process_;
    std::array<char, 64 * 1024> received_{};
    std::array<char, 1024> said_{};
    std::string filling_;     ///< to be sent
    std::string sending_;     ///< being sent
    std::size_t sent_ = 0;    ///< of that
    std::string output_;      ///< not taken yet
    std::uint64_t given_ = 0; ///< bytes in all
    LastWords words_;         ///< of standard error
    LifeSigns life_;
    bool reading_ = false;
    bool hears_ = false;        ///< a read of standard error is under way
    std::optional<int> status_; ///< it ended by itself, with that
    bool finished_ = false;     ///< all input has been given
    bool closed_ = false;       ///< no more is to be had of it
    std::optional<Result<JobResult>> outcome_;
};

ExternalTranscoder::ExternalTranscoder(const asio::any_io_executor& strand,
    const FfmpegProgram& program, const Profile& profile, ExternalLimits limits,
    std::function<void()> on_change)
    : connection_(std::make_shared<Connection>(strand, limits, std::move(on_change))) {
    connection_->open(program, profile);
}

ExternalTranscoder::~ExternalTranscoder() {
    connection_->abandon();
}

void ExternalTranscoder::feed(std::string_view bytes) {
    connection_->feed(bytes);
}

void ExternalTranscoder::finish() {
    connection_->finish();
}

std::size_t ExternalTranscoder::unsent() const noexcept {
    return connection_->unsent();
}

std::string ExternalTranscoder::take_output() {
    return connection_->take_output();
}

const std::optional<Result<JobResult>>& ExternalTranscoder::outcome() const noexcept {
    return connection_->outcome();
}

std::string ExternalTranscoder::last_words() const {
    return connection_->last_words();
}

int ExternalTranscoder::pid() const noexcept {
    return connection_->pid();
}

} // namespace plex_tuner::media
