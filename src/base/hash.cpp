// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/hash.hpp>

namespace plex_tuner {

std::string hash_digits(std::uint64_t hash) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out(16, '0');
    for (auto digit = out.rbegin(); digit != out.rend(); ++digit) {
        *digit = kDigits[hash & 0xF];
        hash >>= 4;
    }
    return out;
}

} // namespace plex_tuner
