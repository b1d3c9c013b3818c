// SPDX-License-Identifier: GPL-3.0-or-later
#include "byte_decoder.hpp"

#include <array>
#include <new>
#include <string>

#include <zlib.h>

namespace plex_tuner::fetch {

namespace {

// inflateInit2: 15 is the largest window, +16 expects a gzip wrapper, negative none at all.
constexpr int kZlibWindow = 15;
constexpr int kGzipWindow = 15 + 16;
constexpr int kRawWindow = -15;

/// zlib's state in one place; it points back at its z_stream, so it never moves.
class Inflater {
public:
    Inflater() = default;
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    ~Inflater() {
        if (ready_) {
            inflateEnd(&stream_);
        }
    }

    void start(int window) {
        const int status =
            ready_ ? inflateReset2(&stream_, window) : inflateInit2(&stream_, window);
        if (status != Z_OK) {
            throw std::bad_alloc();
        }
        ready_ = true;
    }

    /// Consumes from the front of `in`; true when the stream ended.
    Result<bool> inflate_some(std::string_view& in, ByteSink& sink, std::string_view what) {
        for (;;) {
            // zlib only reads from next_in; its C interface just does not say const.
            stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
            stream_.avail_in = static_cast<uInt>(in.size());
            stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
            stream_.avail_out = static_cast<uInt>(out_.size());
            const int status = inflate(&stream_, Z_NO_FLUSH);
            in.remove_prefix(in.size() - stream_.avail_in);
            const std::size_t made = out_.size() - stream_.avail_out;
            if (made > 0) {
                if (auto put = sink.put({out_.data(), made}); !put) {
                    return fail(std::move(put).error());
                }
            }
            if (status == Z_STREAM_END) {
                return true;
            }
            if (status == Z_MEM_ERROR) {
                throw std::bad_alloc();
            }
            if (status != Z_OK && status != Z_BUF_ERROR) {
                std::string message = "the " + std::string(what) + " data is damaged";
                if (stream_.msg != nullptr) {
                    message.append(": ").append(stream_.msg);
                }
                return fail(ErrorCode::parse, std::move(message));
            }
            if (in.empty() && made < out_.size()) {
                return false;
            }
        }
    }

private:
    z_stream stream_{};
    bool ready_ = false;
    std::array<char, kDecodePiece> out_;
};

class GzipDecoder final : public ByteDecoder {
public:
    GzipDecoder() { inflater_.start(kGzipWindow); }

    Result<void> feed(std::string_view in, ByteSink& sink) override {
        while (!in.empty()) {
            switch (place_) {
            case Place::before:
                place_ = Place::member;
                break;
            case Place::member: {
                auto ended = inflater_.inflate_some(in, sink, "gzip");
                if (!ended) {
                    return fail(std::move(ended).error());
                }
                if (*ended) {
                    place_ = Place::between;
                }
                break;
            }
            case Place::between:
                place_ = in.front() == '\x1F' ? Place::maybe : Place::padding;
                in.remove_prefix(1);
                break;
            case Place::maybe:
                if (in.front() != '\x8B') {
                    place_ = Place::padding;
                    break;
                }
                if (auto next = next_member(sink); !next) {
                    return next;
                }
                break;
            case Place::padding:
                return {};
            }
        }
        return {};
    }

    Result<void> finish(ByteSink& /*sink*/) override {
        if (place_ == Place::member) {
            return fail(ErrorCode::parse, "the gzip data ends in the middle");
        }
        return {};
    }

private:
    enum class Place { before, member, between, maybe, padding };

    /// Starts a member whose first byte went by while looking for it.
    Result<void> next_member(ByteSink& sink) {
        inflater_.start(kGzipWindow);
        std::string_view first = "\x1F";
        auto ended = inflater_.inflate_some(first, sink, "gzip");
        if (!ended) {
            return fail(std::move(ended).error());
        }
        place_ = Place::member;
        return {};
    }

    Inflater inflater_;
    Place place_ = Place::before;
};

class DeflateDecoder final : public ByteDecoder {
public:
    Result<void> feed(std::string_view in, ByteSink& sink) override {
        if (in.empty() || ended_) {
            return {};
        }
        if (!started_) {
            // RFC 1950 section 2.2: the low four bits name the method, 8 for deflate. A raw
            // deflate stream that looks so would be a stored block with odd padding.
            inflater_.start((in.front() & 0x0F) == 8 ? kZlibWindow : kRawWindow);
            started_ = true;
        }
        auto ended = inflater_.inflate_some(in, sink, "deflate");
        if (!ended) {
            return fail(std::move(ended).error());
        }
        ended_ = *ended;
        return {};
    }

    Result<void> finish(ByteSink& /*sink*/) override {
        if (started_ && !ended_) {
            return fail(ErrorCode::parse, "the deflate data ends in the middle");
        }
        return {};
    }

private:
    Inflater inflater_;
    bool started_ = false;
    bool ended_ = false;
};

} // namespace

std::unique_ptr<ByteDecoder> make_gzip_decoder() {
    return std::make_unique<GzipDecoder>();
}

std::unique_ptr<ByteDecoder> make_deflate_decoder() {
    return std::make_unique<DeflateDecoder>();
}

} // namespace plex_tuner::fetch
