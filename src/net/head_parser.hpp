// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include <boost/beast/http/basic_parser.hpp>

namespace plex_tuner::net {

/// Beast's parser for whom only the head is of interest: what follows it is passed over. How large
/// the head may be its user has seen to. Derived classes keep the start line and the fields.
template <bool IsRequest>
class HeadParser : public boost::beast::http::basic_parser<IsRequest> {
protected:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;

    HeadParser() { this->header_limit(std::numeric_limits<std::uint32_t>::max()); }

private:
    void on_header_impl(error_code& error) final { error = {}; }

    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& error) final {
        error = {};
    }

    std::size_t on_body_impl(string_view body, error_code& error) final {
        error = {};
        return body.size();
    }

    void on_chunk_header_impl(std::uint64_t, string_view, error_code& error) final { error = {}; }

    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code& error) final {
        error = {};
        return body.size();
    }

    void on_finish_impl(error_code& error) final { error = {}; }
};

} // namespace plex_tuner::net
