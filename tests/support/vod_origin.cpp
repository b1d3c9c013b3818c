// SPDX-License-Identifier: GPL-3.0-or-later
#include "vod_origin.hpp"

#include <algorithm>
#include <charconv>
#include <random>

namespace plex_tuner::testing {

namespace {

struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0; ///< inclusive
};

std::optional<Range> range_of(const ProviderRequest& request, std::uint64_t size) {
    const std::string text = request.header("range");
    if (!text.starts_with("bytes=")) {
        return std::nullopt;
    }
    Range range{.first = 0, .last = size - 1};
    const std::size_t dash = text.find('-');
    std::from_chars(text.data() + 6, text.data() + dash, range.first);
    if (dash + 1 < text.size()) {
        std::from_chars(text.data() + dash + 1, text.data() + text.size(), range.last);
        range.last = std::min(range.last, size - 1);
    }
    return range;
}

std::string line(const std::string& name, const std::string& value) {
    return name + ": " + value + "\r\n";
}

} // namespace

std::shared_ptr<const std::string> VodOrigin::made(std::size_t size, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; i += sizeof(std::uint64_t)) {
        std::uint64_t value = random();
        for (std::size_t j = i; j < std::min(size, i + sizeof(value)); ++j, value >>= 8) {
            bytes[j] = static_cast<char>(value);
        }
    }
    return std::make_shared<const std::string>(std::move(bytes));
}

void VodOrigin::put(const std::string& path, File file) {
    {
        const std::scoped_lock lock(state_->mutex);
        state_->files[path] = std::move(file);
    }
    provider_.on(
        path, [state = state_, path](ProviderConnection& connection,
                  const ProviderRequest& request) { serve(*state, connection, request, path); });
}

std::uint64_t VodOrigin::sent(const std::string& path) const {
    const std::scoped_lock lock(state_->mutex);
    const auto found = state_->sent.find(path);
    return found == state_->sent.end() ? 0 : found->second;
}

bool VodOrigin::send(State& state, ProviderConnection& connection, const std::string& path,
    std::string_view bytes, std::size_t per_second) {
    constexpr std::size_t kPiece = std::size_t{64} * 1024;
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, kPiece);
        if (!connection.send(piece)) {
            return false;
        }
        {
            const std::scoped_lock lock(state.mutex);
            state.sent[path] += piece.size();
        }
        bytes.remove_prefix(piece.size());
        if (per_second > 0 &&
            !connection.wait(std::chrono::milliseconds(1000 * piece.size() / per_second))) {
            return false;
        }
    }
    return true;
}

void VodOrigin::serve(State& state, ProviderConnection& connection, const ProviderRequest& request,
    const std::string& path) {
    File file;
    const bool is_redirected = request.target.ends_with("?token");
    {
        const std::scoped_lock lock(state.mutex);
        File& original = state.files.at(path);
        file = original;
        VodFault& fault = original.fault;
        if (is_redirected) {
            file.fault = {};
        } else if (fault.kind != VodFault::Kind::none && fault.times > 0 && --fault.times == 0) {
            fault.kind = VodFault::Kind::none;
        }
    }
    using Kind = VodFault::Kind;
    const VodFault fault = file.fault;
    if (file.latency.count() > 0 && !connection.wait(file.latency)) {
        return;
    }
    const std::uint64_t size = file.bytes->size();
    switch (fault.kind) {
    case Kind::status:
        connection.send("HTTP/1.1 " + std::to_string(fault.number) +
                        " No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
        return;
    case Kind::html: {
        const std::string page = "<!DOCTYPE html><html><body>log in</body></html>";
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n" +
                        line("Content-Length", std::to_string(page.size())) + "\r\n" + page);
        return;
    }
    case Kind::silent:
        connection.wait_until_closed();
        return;
    case Kind::redirect:
        connection.send("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\n" +
                        line("Location", path + "?token") + "\r\n");
        return;
    default:
        break;
    }
    auto range = file.has_ranges ? range_of(request, size) : std::nullopt;
    if (range && range->first >= size) {
        connection.send("HTTP/1.1 416 No\r\nContent-Length: 0\r\nConnection: close\r\n" +
                        line("Content-Range", "bytes */" + std::to_string(size)) + "\r\n");
        return;
    }
    if (range && fault.kind == Kind::wrong_start) {
        range->first = std::min(range->first + fault.number, size - 1);
        range->last = std::max(range->first, range->last);
    }
    const Range sent = range.value_or(Range{.first = 0, .last = size - 1});
    std::string_view body =
        std::string_view(*file.bytes).substr(sent.first, sent.last - sent.first + 1);
    std::string head = range ? "HTTP/1.1 206 Partial Content\r\n" : "HTTP/1.1 200 OK\r\n";
    head += line("Content-Type", "video/x-matroska") + line("Connection", "close");
    if (!file.etag.empty()) {
        head += line("ETag", file.etag);
    }
    if (file.says_length) {
        head += line("Content-Length", std::to_string(body.size()));
    }
    if (range) {
        head += line("Content-Range", "bytes " + std::to_string(sent.first) + "-" +
                                          std::to_string(sent.last) + "/" + std::to_string(size));
    }
    if (!connection.send(head + "\r\n") || request.method == "HEAD") {
        return;
    }
    if (fault.kind == Kind::cut || fault.kind == Kind::stall) {
        body = body.substr(0, fault.number);
    }
    if (send(state, connection, path, body, file.bytes_per_second) && fault.kind == Kind::stall) {
        connection.wait_until_closed();
    }
}

} // namespace plex_tuner::testing
