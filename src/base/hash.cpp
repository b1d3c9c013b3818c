// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/hash.hpp>

namespace plex_tuner {

std::string Fnv1a::hex() const {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out(16, '0');
    std::uint64_t rest = state_;
    for (auto digit = out.rbegin(); digit != out.rend(); ++digit) {
        *digit = kDigits[rest & 0xF];
        rest >>= 4;
    }
    return out;
}

} // namespace plex_tuner
