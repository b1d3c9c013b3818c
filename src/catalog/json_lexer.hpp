// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "file_source.hpp"

#include <plex_tuner/base/error.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::catalog {

/// Cuts JSON text (RFC 8259) into tokens. Holds one token at a time, so a catalog of any size needs
/// no more memory than its longest text. A leading byte order mark is skipped, an escaped surrogate
/// without its partner becomes U+FFFD; strings that are no UTF-8 are errors.
class JsonLexer {
public:
    enum class Token {
        begin_object,
        end_object,
        begin_array,
        end_array,
        colon,
        comma,
        string,
        number,
        literal_true,
        literal_false,
        literal_null,
        end,   ///< of the text, with nothing but white space before it
        error, ///< see error()
    };

    explicit JsonLexer(FileSource& source);

    [[nodiscard]] Token next();

    /// The decoded string or the number as written; valid until next().
    [[nodiscard]] std::string_view text() const noexcept { return text_; }

    [[nodiscard]] const Error& error() const { return *error_; }

    /// What is wrong with a document that goes on, or ends, here.
    [[nodiscard]] Error complaint();

private:
    [[nodiscard]] Token refuse(ErrorCode code, std::string_view why);
    [[nodiscard]] Token unexpected();
    /// The next byte, not skipped; nothing at the end.
    [[nodiscard]] std::optional<char> look();
    [[nodiscard]] bool take_if(char expected);
    void skip_blanks();
    [[nodiscard]] Token take_string();
    [[nodiscard]] bool take_escape();
    [[nodiscard]] std::optional<char32_t> take_hex();
    [[nodiscard]] bool take_unicode_escape();
    [[nodiscard]] Token take_number();
    [[nodiscard]] bool take_digits();
    void take_into_text();
    [[nodiscard]] Token take_literal(std::string_view literal, Token token);

    FileSource& source_;
    std::string text_;
    std::optional<Error> error_;
};

} // namespace plex_tuner::catalog
