// SPDX-License-Identifier: GPL-3.0-or-later
// The request parser must give the same result however its bytes are cut, and never hold more than
// its limits. The first byte of the input chooses the chunk size.
#include "net/request_parser.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using plex_tuner::net::Request;
using plex_tuner::net::RequestLimits;
using plex_tuner::net::RequestParser;

constexpr RequestLimits kLimits{512, 2048, 1024};
constexpr std::size_t kMaxHeld = 16 * 1024; // header limit, or a chunk line and its bound

struct Outcome {
    RequestParser::Progress progress = RequestParser::Progress::need_more;
    Request request;
    std::size_t consumed = 0;
};

Outcome parse(std::string_view input, std::size_t chunk) {
    RequestParser parser(kLimits);
    Outcome out;
    std::size_t available = 0;
    while (available < input.size() && out.progress == RequestParser::Progress::need_more) {
        available = input.size() - available < chunk ? input.size() : available + chunk;
        const auto step = parser.feed(input.substr(out.consumed, available - out.consumed));
        out.consumed += step.consumed;
        out.progress = step.progress;
        if (out.consumed > available ||
            step.problem.has_value() != (step.progress == RequestParser::Progress::failed)) {
            std::abort();
        }
        if (out.progress == RequestParser::Progress::need_more &&
            available - out.consumed > kMaxHeld) {
            std::abort();
        }
    }
    if (out.progress == RequestParser::Progress::complete) {
        out.request = parser.take_request();
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const std::size_t chunk = data[0] == 0 ? 1 : data[0];
    const std::string input(data + 1, data + size);
    const Outcome whole = parse(input, input.size());
    const Outcome pieces = parse(input, chunk);
    const bool both_complete = whole.progress == RequestParser::Progress::complete &&
                               pieces.progress == RequestParser::Progress::complete;
    if (both_complete &&
        (whole.consumed != pieces.consumed || whole.request.path != pieces.request.path ||
            whole.request.headers.size() != pieces.request.headers.size())) {
        std::abort();
    }
    // How an error shows may depend on how far the parser could see; success may not.
    if ((whole.progress == RequestParser::Progress::complete) !=
        (pieces.progress == RequestParser::Progress::complete)) {
        std::abort();
    }
    if (both_complete && whole.request.path.find('\0') != std::string::npos) {
        std::abort();
    }
    return 0;
}
