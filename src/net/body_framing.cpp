// SPDX-License-Identifier: GPL-3.0-or-later
#include "body_framing.hpp"

#include <algorithm>

namespace plex_tuner::net {

namespace {

constexpr std::size_t kMaxSizeDigits = 15;
constexpr std::size_t kMaxChunkLine = std::size_t{8} * 1024; ///< extensions included
constexpr std::size_t kMaxTrailer = std::size_t{64} * 1024;

/// -1: none.
int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

} // namespace

BodyFraming::BodyFraming(Kind kind, std::uint64_t length)
    : kind_(kind), left_(kind == Kind::length ? length : 0),
      done_(kind == Kind::none || (kind == Kind::length && length == 0)) {}

std::size_t BodyFraming::take(std::string_view bytes, std::string* payload) {
    std::size_t taken = 0;
    while (taken < bytes.size() && !done_ && !failed_) {
        const bool is_payload = kind_ != Kind::chunked || state_ == State::data;
        if (!is_payload) {
            failed_ = !take_byte(bytes[taken]);
            taken += failed_ ? 0 : 1;
            continue;
        }
        std::size_t count = bytes.size() - taken;
        if (kind_ != Kind::until_close) {
            count = static_cast<std::size_t>(std::min<std::uint64_t>(count, left_));
            left_ -= count;
        }
        if (payload != nullptr) {
            payload->append(bytes.substr(taken, count));
        }
        taken += count;
        if (kind_ != Kind::until_close && left_ == 0) {
            done_ = kind_ == Kind::length;
            state_ = State::data_end;
            line_ = 0;
        }
    }
    return taken;
}

bool BodyFraming::take_byte(char byte) {
    switch (state_) {
    case State::size:
        return take_size(byte);
    case State::rest_of_size:
        if (byte == '\n') {
            begin_data();
        }
        return ++line_ <= kMaxChunkLine;
    case State::data_end: // CR LF, no less
        if (++line_ == 1) {
            return byte == '\r';
        }
        state_ = State::size;
        digits_ = 0;
        return byte == '\n';
    case State::trailer:
        return take_trailer(byte);
    case State::data:
        break;
    }
    return false;
}

bool BodyFraming::take_size(char byte) {
    if (const int value = hex_value(byte); value >= 0) {
        left_ = left_ * 16 + static_cast<std::uint64_t>(value);
        return ++digits_ <= kMaxSizeDigits;
    }
    line_ = 0;
    state_ = State::rest_of_size;
    const bool ends_the_number = byte == '\r' || byte == ';' || byte == ' ' || byte == '\t';
    return digits_ > 0 && ends_the_number;
}

void BodyFraming::begin_data() {
    state_ = left_ == 0 ? State::trailer : State::data;
    line_ = 0;
    line_empty_ = true;
}

bool BodyFraming::take_trailer(char byte) {
    if (byte == '\n') {
        done_ = line_empty_;
        line_empty_ = true;
    } else if (byte != '\r') {
        line_empty_ = false;
    }
    return ++line_ <= kMaxTrailer;
}

} // namespace plex_tuner::net
