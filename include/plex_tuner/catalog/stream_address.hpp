// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace plex_tuner::catalog {

/// A URL in two pieces, because those of one account differ only in the last: "http://host/movie/
/// user/password/" and "123.mkv". A catalog stores the first piece once. Views of someone else's
/// bytes, like Text; a URL is shorter than 4 GiB. Made from a plain URL it is one piece, which
/// CatalogBuilder splits as it copies it.
class StreamAddress {
public:
    constexpr StreamAddress() noexcept = default;

    template <std::convertible_to<std::string_view> Url>
    constexpr StreamAddress(const Url& url) noexcept : StreamAddress({}, url) {}

    constexpr StreamAddress(std::string_view prefix, std::string_view suffix) noexcept
        : prefix_(prefix.data()), suffix_(suffix.data()),
          prefix_size_(static_cast<std::uint32_t>(prefix.size())),
          suffix_size_(static_cast<std::uint32_t>(suffix.size())) {}

    /// Cut behind the last '/' of the path; a '/' in query or fragment is none of the path.
    [[nodiscard]] static constexpr StreamAddress split(std::string_view url) noexcept {
        const std::size_t slash = url.substr(0, url.find_first_of("?#")).rfind('/');
        const std::size_t cut = slash == std::string_view::npos ? 0 : slash + 1;
        return {url.substr(0, cut), url.substr(cut)};
    }

    [[nodiscard]] constexpr std::string_view prefix() const noexcept {
        return {prefix_, prefix_size_};
    }

    [[nodiscard]] constexpr std::string_view suffix() const noexcept {
        return {suffix_, suffix_size_};
    }

    [[nodiscard]] constexpr bool empty() const noexcept { return size() == 0; }

    [[nodiscard]] constexpr std::size_t size() const noexcept {
        return std::size_t{prefix_size_} + suffix_size_;
    }

    void append_to(std::string& out) const { out.append(prefix()).append(suffix()); }

    [[nodiscard]] std::string str() const {
        std::string url;
        url.reserve(size());
        append_to(url);
        return url;
    }

    /// Equal URLs, wherever they are cut.
    friend constexpr bool operator==(const StreamAddress& a, const StreamAddress& b) noexcept {
        if (a.prefix_size_ == b.prefix_size_) {
            return a.suffix() == b.suffix() && a.prefix() == b.prefix();
        }
        if (a.prefix_size_ > b.prefix_size_) {
            return b == a;
        }
        const std::size_t between = b.prefix_size_ - a.prefix_size_;
        return a.size() == b.size() && b.prefix().starts_with(a.prefix()) &&
               a.suffix().starts_with(b.prefix().substr(a.prefix_size_)) &&
               a.suffix().substr(between) == b.suffix();
    }

    friend std::ostream& operator<<(std::ostream& out, const StreamAddress& address) {
        return out << address.prefix() << address.suffix();
    }

private:
    const char* prefix_ = nullptr;
    const char* suffix_ = nullptr;
    std::uint32_t prefix_size_ = 0;
    std::uint32_t suffix_size_ = 0;
};

} // namespace plex_tuner::catalog
