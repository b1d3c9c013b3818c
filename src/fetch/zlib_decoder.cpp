// SPDX-License-Identifier: GPL-3.0-or-later
#include "byte_decoder.hpp"

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

    struct Step {
        std::size_t made;
        bool ended; ///< the stream, not the input
    };

    /// Consumes from the front of `in`, until that or the room is used up or the stream ends.
    Result<Step> run(std::string_view& in, std::span<char> out, std::string_view what) {
        // zlib only reads from next_in; its C interface just does not say const.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
        stream_.avail_in = static_cast<uInt>(in.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(out.size());
        const int status = inflate(&stream_, Z_NO_FLUSH);
        in.remove_prefix(in.size() - stream_.avail_in);
        if (status == Z_MEM_ERROR) {
            throw std::bad_alloc();
        }
        // Z_BUF_ERROR: no input or no room.
        if (status != Z_OK && status != Z_BUF_ERROR && status != Z_STREAM_END) {
            std::string message = "the " + std::string(what) + " data is damaged";
            if (stream_.msg != nullptr) {
                message.append(": ").append(stream_.msg);
            }
            return fail(ErrorCode::parse, std::move(message));
        }
        return Step{out.size() - stream_.avail_out, status == Z_STREAM_END};
    }

private:
    z_stream stream_{};
    bool ready_ = false;
};

class GzipDecoder final : public ByteDecoder {
public:
    GzipDecoder() { inflater_.start(kGzipWindow); }

    Result<std::size_t> decode(std::string_view& in, std::span<char> out) override {
        std::size_t made = 0;
        for (;;) {
            if (place_ == Place::member) {
                auto step = inflater_.run(in, out.subspan(made), kName);
                if (!step) {
                    return fail(std::move(step).error());
                }
                made += step->made;
                if (!step->ended) {
                    return made;
                }
                place_ = Place::between;
            }
            if (in.empty()) {
                return made;
            }
            if (auto looked = look_for_member(in); !looked) {
                return fail(std::move(looked).error());
            }
        }
    }

    Result<void> finish() override {
        if (place_ == Place::member) {
            return fail(ErrorCode::parse, "the gzip data ends in the middle");
        }
        return {};
    }

private:
    enum class Place { before, member, between, maybe, padding };
    static constexpr std::string_view kName = "gzip";

    /// Takes at least a byte of `in`, or turns to the member or the padding that begins here.
    Result<void> look_for_member(std::string_view& in) {
        switch (place_) {
        case Place::before:
            place_ = Place::member;
            return {};
        case Place::between:
            place_ = in.front() == '\x1F' ? Place::maybe : Place::padding;
            in.remove_prefix(1);
            return {};
        case Place::maybe:
            if (in.front() != '\x8B') {
                place_ = Place::padding;
                return {};
            }
            return next_member();
        default:
            return trailing_.drop(in, kName);
        }
    }

    /// Starts a member whose first byte went by while looking for it.
    Result<void> next_member() {
        inflater_.start(kGzipWindow);
        std::string_view first = "\x1F";
        char unused = 0;
        if (auto step = inflater_.run(first, {&unused, 1}, kName); !step) {
            return fail(std::move(step).error());
        }
        place_ = Place::member;
        return {};
    }

    Inflater inflater_;
    TrailingBytes trailing_;
    Place place_ = Place::before;
};

class DeflateDecoder final : public ByteDecoder {
public:
    Result<std::size_t> decode(std::string_view& in, std::span<char> out) override {
        std::size_t made = 0;
        if (!started_ && !in.empty()) {
            // RFC 1950 section 2.2: the low four bits name the method, 8 for deflate. A raw
            // deflate stream that looks so would be a stored block with odd padding.
            inflater_.start((in.front() & 0x0F) == 8 ? kZlibWindow : kRawWindow);
            started_ = true;
        }
        if (started_ && !ended_) {
            auto step = inflater_.run(in, out, kName);
            if (!step) {
                return fail(std::move(step).error());
            }
            made = step->made;
            ended_ = step->ended;
        }
        if (ended_) {
            if (auto dropped = trailing_.drop(in, kName); !dropped) {
                return fail(std::move(dropped).error());
            }
        }
        return made;
    }

    Result<void> finish() override {
        if (started_ && !ended_) {
            return fail(ErrorCode::parse, "the deflate data ends in the middle");
        }
        return {};
    }

private:
    static constexpr std::string_view kName = "deflate";

    Inflater inflater_;
    TrailingBytes trailing_;
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
