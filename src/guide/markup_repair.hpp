// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::guide {

/// Mends the tags of a guide that the parser has refused; what XmlRepair gives comes in:
///   - a '<' that begins no tag becomes "&lt;", in the value of an attribute too
///   - inside of an element that holds text, tags of HTML disappear and unknown ones become text
///   - an attribute which the tag has already disappears
/// Costs as much as the parser, so it is for the second try. Any chunking gives the same output.
class MarkupRepair {
public:
    /// The mended text, valid until the next call.
    [[nodiscard]] std::string_view feed(std::string_view in);
    /// What was held back at the end of the input.
    [[nodiscard]] std::string_view finish();

private:
    struct Attribute {
        std::size_t begin; ///< with the white space before it
        std::size_t end;
        std::string_view name;
    };

    struct Tag {
        std::string_view text; ///< from '<' to '>'
        std::string_view name;
        bool closing = false;
        bool empty = false; ///< "<name/>"
        bool has_fault = false;
    };

    enum class Scan { tag, no_tag, undecided };

    [[nodiscard]] std::string_view run(bool final);
    [[nodiscard]] Scan scan(std::string_view text, Tag& tag);
    [[nodiscard]] Scan scan_attribute(std::string_view text, std::size_t& at, Tag& tag);
    /// Returns how much of the input it stands for.
    [[nodiscard]] std::size_t write(const Tag& tag);
    void write_mended(const Tag& tag);

    std::string in_; ///< begins with what was held back
    std::string out_;
    bool in_cdata_ = false;
    std::string text_element_; ///< the open element that holds text, if any
    std::vector<Attribute> attributes_;
    std::size_t angles_ = 0; ///< '<' inside of the tag that is scanned
};

} // namespace plex_tuner::guide
