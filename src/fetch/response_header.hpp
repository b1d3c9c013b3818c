// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::fetch {

/// Collects the header lines of one hop as libcurl hands them over: interim (1xx) responses are
/// dropped, trailers behind the body are ignored.
class ResponseHeader {
public:
    /// Of all header bytes of one hop together, interim responses included.
    static constexpr std::size_t kMaxBytes = 256 * 1024;

    /// One line with its line break; the empty line ends the header. True when the final header is
    /// complete with this line. too_large above kMaxBytes.
    [[nodiscard]] Result<bool> add_line(std::string_view line);

    [[nodiscard]] bool complete() const noexcept { return complete_; }

    [[nodiscard]] int status() const noexcept { return status_; }

    [[nodiscard]] HeaderList& fields() noexcept { return fields_; }

    [[nodiscard]] const HeaderList& fields() const noexcept { return fields_; }

    /// First field of that name.
    [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const noexcept;
    /// All fields of that name joined by ", ".
    [[nodiscard]] std::string joined(std::string_view name) const;
    [[nodiscard]] std::optional<std::uint64_t> content_length() const noexcept;

private:
    HeaderList fields_;
    std::size_t bytes_ = 0;
    int status_ = 0;
    bool complete_ = false;
};

/// First field of that name, whatever its case.
[[nodiscard]] std::optional<std::string_view> find_header(
    const HeaderList& headers, std::string_view name) noexcept;

} // namespace plex_tuner::fetch
