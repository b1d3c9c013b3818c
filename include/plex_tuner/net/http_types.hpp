// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plex_tuner::net {

enum class Method { get, head, post, put, del, options, other };

/// Header fields in arrival order; names compare case-insensitively (RFC 9110 section 5.1).
class Headers {
public:
    void add(std::string name, std::string value) {
        fields_.emplace_back(std::move(name), std::move(value));
    }

    /// Replaces every field of that name.
    void set(std::string name, std::string value);
    void remove(std::string_view name);
    /// The first value, or nullopt.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;

    [[nodiscard]] auto begin() const noexcept { return fields_.begin(); }

    [[nodiscard]] auto end() const noexcept { return fields_.end(); }

    [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request {
    Method method = Method::get;
    std::string target; ///< as received
    std::string path;   ///< percent-decoded, without the query
    std::string query;  ///< raw, without '?'
    Headers headers;
    std::string remote_address; ///< numeric
    std::uint16_t remote_port = 0;
    std::string local_address; ///< numeric; the interface the client reached us on
    std::uint16_t local_port = 0;
    std::string id; ///< "r000001", unique in this process; the log's request field

    /// The decoded value of the first query argument of that name.
    [[nodiscard]] std::optional<std::string> query_value(std::string_view name) const;
};

/// A complete answer. Content-Length, Date and Connection are added by the server; for HEAD the
/// body is measured and not sent.
struct Response {
    int status = 200;
    Headers headers;
    std::shared_ptr<const std::string> body; ///< null is empty

    [[nodiscard]] static Response text(
        int status, std::string body, std::string content_type = "text/plain; charset=utf-8");
};

[[nodiscard]] std::string_view to_string(Method method) noexcept;
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

} // namespace plex_tuner::net
