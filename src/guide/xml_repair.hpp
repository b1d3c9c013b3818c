// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace plex_tuner::guide {

/// Mends what real feeds break and a conforming XML parser refuses, in one pass over UTF-8 text:
///   - a bare '&' becomes "&amp;"; entities of HTML become the character; unknown ones become text;
///     references to characters XML forbids disappear
///   - control bytes and the code points U+FFFE and U+FFFF disappear
///   - bytes that are not UTF-8 are taken for Windows-1252
/// and removes what the guide does not need: comments, processing instructions, the XML declaration
/// and the document type with everything in it. So the parser never sees a declaration of an
/// entity: nothing can be fetched or expanded. Line breaks stay, for line numbers in errors.
/// Clean text passes without a copy. Any chunking gives the same output.
class XmlRepair {
public:
    /// The mended text, valid until the next call and while `in` is.
    [[nodiscard]] std::string_view feed(std::string_view in);
    /// What was held back at the end of the input.
    [[nodiscard]] std::string_view finish();

private:
    enum class State { text, cdata, comment, instruction, doctype };

    [[nodiscard]] std::string_view run(std::string_view in, bool final);
    // Each handles what begins at `at` and returns where to go on.
    [[nodiscard]] std::size_t text(std::size_t at);
    [[nodiscard]] std::size_t cdata(std::size_t at);
    [[nodiscard]] std::size_t skip_to(std::string_view closer, std::size_t at);
    [[nodiscard]] std::size_t skip_doctype(std::size_t at);
    [[nodiscard]] std::size_t open_markup(std::size_t bang);
    [[nodiscard]] std::size_t begin_skip(State state, std::size_t begin, std::size_t content);
    [[nodiscard]] std::size_t reference(std::size_t at);
    [[nodiscard]] std::size_t numeric_reference(std::size_t at, std::size_t end);
    [[nodiscard]] std::size_t byte(std::size_t at);
    [[nodiscard]] std::size_t hold(std::size_t at);

    void keep_until(std::size_t at);
    [[nodiscard]] std::size_t replace(std::size_t at, std::size_t length, std::string_view with);
    void drop_until(std::size_t end);

    State state_ = State::text;
    bool final_ = false;
    bool changed_ = false;
    std::string_view in_;
    std::size_t kept_ = 0; ///< what is before it in in_ has been copied to out_ or dropped
    std::size_t end_ = 0;  ///< what is behind it is held back
    std::string out_;
    std::string pending_; ///< undecided bytes at the end of the last chunk, a few dozen at most
    std::string joined_;

    // Within a document type:
    char quote_ = '\0';
    int brackets_ = 0;
    bool in_comment_ = false;
    std::uint32_t recent_ = 0; ///< the last four bytes
};

} // namespace plex_tuner::guide
