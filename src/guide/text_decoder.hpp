// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "charset_tables.hpp"
#include "iconv_decoder.hpp"

#include <plex_tuner/base/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::guide {

/// Turns the bytes of an XML document into UTF-8. The encoding is taken from a byte order mark,
/// from the first bytes (UTF-16) or from the XML declaration; without any it is UTF-8 (XML 1.0
/// appendix F). What claims to be UTF-8 passes unchanged and unchecked: XmlRepair comes next.
/// Any chunking gives the same output.
class TextDecoder {
public:
    /// The decoded text of these bytes, valid until the next call and while `in` is. An encoding
    /// that is not known is an `unsupported` error which names it.
    [[nodiscard]] Result<std::string_view> feed(std::string_view in);
    /// What was held back at the end of the input.
    [[nodiscard]] Result<std::string_view> finish();

private:
    enum class Mode { undecided, utf8, single_byte, utf16_le, utf16_be, iconv };

    [[nodiscard]] Result<bool> decide(bool final);
    [[nodiscard]] std::string_view decode(std::string_view in);
    [[nodiscard]] std::string_view decode_single_byte(std::string_view in);
    [[nodiscard]] std::string_view decode_utf16(std::string_view in);
    void append_utf16_unit(char16_t unit);

    Mode mode_ = Mode::undecided;
    const Charset* charset_ = nullptr;
    std::optional<IconvDecoder> iconv_;
    std::string prefix_; ///< bytes seen while undecided
    std::string out_;
    std::optional<unsigned char> half_unit_; ///< first byte of a UTF-16 unit
    std::optional<char16_t> high_surrogate_;
};

} // namespace plex_tuner::guide
