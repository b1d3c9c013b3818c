// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

#include <algorithm>
#include <cmath>

namespace plex_tuner::guide {
namespace {

constexpr std::size_t kMaxDigits = 6; ///< "12.345"; more are noise and would only overflow

} // namespace

std::chrono::minutes parse_guide_shift(std::string_view hours) noexcept {
    hours = ascii::trim(hours);
    const bool negative = hours.starts_with('-');
    if (negative || hours.starts_with('+')) {
        hours.remove_prefix(1);
    }
    const std::size_t point = std::min(hours.size(), hours.find_first_of(".,"));
    const std::string_view whole = hours.substr(0, point);
    const std::string_view fraction = hours.substr(std::min(hours.size(), point + 1));
    if ((whole.empty() && fraction.empty()) || whole.size() + fraction.size() > kMaxDigits ||
        !std::ranges::all_of(whole, ascii::is_digit) ||
        !std::ranges::all_of(fraction, ascii::is_digit)) {
        return {};
    }
    double value = 0;
    for (const char digit : whole) {
        value = value * 10 + (digit - '0');
    }
    double weight = 1;
    for (const char digit : fraction) {
        weight /= 10;
        value += (digit - '0') * weight;
    }
    const std::chrono::minutes shift(std::lround(value * 60));
    if (shift > kMaxGuideShift) {
        return {};
    }
    return negative ? -shift : shift;
}

} // namespace plex_tuner::guide
