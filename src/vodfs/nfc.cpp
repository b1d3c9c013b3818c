// SPDX-License-Identifier: GPL-3.0-or-later
#include "nfc.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <utf8proc.h>

namespace plex_tuner::vodfs {

namespace {

/// Everything below U+0300, the first letter that joins another one, is composed already. It is
/// the first whose encoding begins with this byte.
constexpr unsigned char kFirstJoining = 0xcc;

struct Free {
    void operator()(utf8proc_uint8_t* bytes) const noexcept { std::free(bytes); }
};

} // namespace

std::string composed(std::string text) {
    if (std::ranges::all_of(
            text, [](char c) { return static_cast<unsigned char>(c) < kFirstJoining; })) {
        return text;
    }
    utf8proc_uint8_t* made = nullptr;
    const utf8proc_ssize_t size =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
            static_cast<utf8proc_ssize_t>(text.size()), &made,
            static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    const std::unique_ptr<utf8proc_uint8_t, Free> owner(made);
    if (size < 0) {
        return text; // no valid UTF-8, or no memory
    }
    text.assign(reinterpret_cast<const char*>(made), static_cast<std::size_t>(size));
    return text;
}

} // namespace plex_tuner::vodfs
