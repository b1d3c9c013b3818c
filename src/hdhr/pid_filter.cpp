// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/hdhr/pid_filter.hpp>

#include <algorithm>
#include <cstdint>

namespace plex_tuner::hdhr {

namespace {

[[nodiscard]] std::optional<std::size_t> pid_of(std::string_view text) {
    const auto pid = text.starts_with("0x")
                         ? ascii::parse_integer<std::uint16_t>(text.substr(2), 16)
                         : std::nullopt;
    return pid && *pid < PidFilter::kPids ? std::optional<std::size_t>(*pid) : std::nullopt;
}

} // namespace

std::optional<PidFilter> PidFilter::parse(std::string_view text) {
    PidFilter filter;
    filter.wanted_.reset();
    while (!text.empty()) {
        const std::string_view one = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
        const std::size_t dash = one.find('-');
        const auto first = pid_of(one.substr(0, dash));
        const auto last = dash == std::string_view::npos ? first : pid_of(one.substr(dash + 1));
        if (!first || !last || *last < *first) {
            return std::nullopt;
        }
        for (std::size_t pid = *first; pid <= *last; ++pid) {
            filter.wanted_.set(pid);
        }
    }
    return filter.wanted_.any() ? std::optional(filter) : std::nullopt;
}

} // namespace plex_tuner::hdhr
