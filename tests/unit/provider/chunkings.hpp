// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/provider/chunks.hpp>

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace plex_tuner::provider::test {

/// What `dump` makes of `text`, the same however it is cut.
template <class Dump>
[[nodiscard]] std::string in_every_chunking(std::string_view text, Dump dump) {
    std::string whole = dump(text_chunks(text));
    for (const std::size_t size : {1, 7, 4096}) {
        EXPECT_EQ(dump(text_chunks(text, size)), whole) << "chunks of " << size;
    }
    return whole;
}

} // namespace plex_tuner::provider::test
