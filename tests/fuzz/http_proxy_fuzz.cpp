// SPDX-License-Identifier: GPL-3.0-or-later
// What a proxy makes of foreign heads is one head of the same meaning, with nothing slipped in; and
// a body ends at the same byte however it is cut.
#include "net/message_head.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace plex_tuner::net;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

struct Seen {
    std::size_t taken = 0;
    bool done = false;
    bool failed = false;
    std::string payload;
    friend bool operator==(const Seen&, const Seen&) = default;
};

Seen feed(std::string_view input, std::size_t piece) {
    BodyFraming body(BodyFraming::Kind::chunked);
    Seen seen;
    while (seen.taken < input.size() && !body.done() && !body.failed()) {
        seen.taken += body.take(input.substr(seen.taken, piece), &seen.payload);
    }
    seen.done = body.done();
    seen.failed = body.failed();
    return seen;
}

void forward_request(std::string_view head) {
    const auto request = read_request_head(head);
    if (!request) {
        require(!request.error().reason.empty());
        return;
    }
    const std::string text = forwarded_request(
        *request, {.host = "h:1", .path_prefix = "/p", .client_address = "10.0.0.1"});
    require(head_size(text, 0) == text.size());
    const auto again = read_request_head(text);
    require(again && again->method == request->method &&
            again->body.kind() == request->body.kind() && again->headers.find("Host") == "h:1" &&
            again->upgrade() == request->upgrade());
}

void forward_answer(std::string_view head) {
    const auto answer = read_answer_head(head, "GET");
    if (!answer) {
        return;
    }
    const std::string text = forwarded_answer(*answer, false);
    require(head_size(text, 0) == text.size());
    const auto again = read_answer_head(text, "GET");
    require(again && again->status == answer->status && again->body.kind() == answer->body.kind());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const std::size_t piece = data[0] == 0 ? 1 : data[0];
    const std::string input(data + 1, data + size);
    require(feed(input, input.size()) == feed(input, piece));
    if (const std::size_t end = head_size(input, 0)) {
        forward_request(std::string_view(input).substr(0, end));
        forward_answer(std::string_view(input).substr(0, end));
    }
    return 0;
}
