// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/provider/chunks.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace plex_tuner::provider {

/// What a JSON document consists of, in order. Texts are valid during the call and may be broken
/// UTF-8. Numbers that are no integers of 64 bits come as null: nothing here needs them.
class JsonEvents {
public:
    virtual ~JsonEvents() = default;
    virtual void open_object() = 0;
    virtual void open_list() = 0;
    virtual void close() = 0;
    virtual void key(std::string_view name) = 0;
    virtual void text(std::string_view value) = 0;
    virtual void integer(std::int64_t value) = 0;
    virtual void boolean(bool value) = 0;
    virtual void null() = 0;
};

/// Deeper nesting is an error.
inline constexpr std::size_t kMaxJsonDepth = 32;

/// Reads one document and nothing behind it; memory does not depend on its size. `what` names it in
/// errors ("the list of films"):
///  - empty_body: not a byte but white space;
///  - blocked: a page or other markup instead of JSON;
///  - parse: no JSON at all (saying what it looks like), an end in the middle, text behind the end,
///    a syntax error, nesting too deep; but for the first with the byte offset;
///  - too_large: a text of more than 1 MiB;
///  - the error of the chunks.
/// Events may have come before an error.
[[nodiscard]] Result<void> read_json(
    const Chunks& chunks, std::string_view what, JsonEvents& events);

} // namespace plex_tuner::provider
