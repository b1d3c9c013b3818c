// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::guide {

/// Turns bytes of an encoding that the C library knows into UTF-8, in any chunking. Its converters
/// are files beside the library (gconv), which a machine that runs the static binary may not have:
/// then no encoding opens.
class IconvDecoder {
public:
    /// `name` as a document declares it. Nothing when it is no name or the encoding is not known.
    [[nodiscard]] static std::optional<IconvDecoder> open(std::string_view name);

    /// Bytes that mean nothing become U+FFFD.
    void append(std::string& out, std::string_view in);
    /// What was held back at the end of the input.
    void finish(std::string& out);

private:
    struct Close {
        void operator()(void* converter) const noexcept;
    };

    explicit IconvDecoder(void* converter) : converter_(converter) {}

    std::unique_ptr<void, Close> converter_;
    std::string in_; ///< begins with the bytes of a character that was cut
};

} // namespace plex_tuner::guide
