// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace plex_tuner::provider {

/// Walks through the attributes of an #EXTINF or #EXTM3U line (protocols 4.3), forgiving what lists
/// in the wild do to quotes. Views into the text. Linear in its length.
class AttributeScanner {
public:
    struct Attribute {
        std::string_view name;  ///< as written, no control characters
        std::string_view value; ///< without quotes, trimmed
    };
    enum class Tail { none, name_after_comma };

    /// `tail`: of #EXTINF, the first comma outside quotes ends the attributes and starts the name.
    AttributeScanner(std::string_view text, Tail tail);

    /// The next attribute; false when there is none any more.
    [[nodiscard]] bool next(Attribute& attribute);

    /// The text after the comma; complete once next() returned false.
    [[nodiscard]] std::string_view name() const noexcept { return name_; }

private:
    [[nodiscard]] std::size_t skip_blanks(std::size_t at) const noexcept;
    [[nodiscard]] std::string_view take_word() noexcept;
    [[nodiscard]] std::string_view take_value();
    [[nodiscard]] std::string_view take_quoted_value();
    [[nodiscard]] std::string_view take_unclosed_value(std::size_t begin);
    [[nodiscard]] std::size_t identifier_end(std::size_t at) const noexcept;
    [[nodiscard]] bool attribute_starts_at(std::size_t at) const noexcept;
    [[nodiscard]] bool guide_attribute_starts_at(std::size_t at) const noexcept;
    [[nodiscard]] bool quoted_attribute_follows(std::size_t at) const noexcept;
    [[nodiscard]] bool value_goes_on_behind(std::size_t quote_at) const noexcept;
    [[nodiscard]] bool closes(std::size_t quote_at) const noexcept;
    [[nodiscard]] std::size_t start_of_attribute_opened_by(
        std::size_t value_begin, std::size_t quote_at) const noexcept;
    [[nodiscard]] bool swallows_the_name(std::size_t value_begin, std::size_t quote_at) const;

    std::string_view text_;
    bool name_follows_;
    std::size_t at_ = 0;
    std::size_t last_comma_;
    std::size_t taken_ = 0;
    std::string_view name_;
};

} // namespace plex_tuner::provider
