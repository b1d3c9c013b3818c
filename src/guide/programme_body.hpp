// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "programme_schema.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::guide {

/// Writes the children of one <programme> from parser events: what xmltv.dtd does not know is left
/// out, what tv_validate_file would refuse is mended or left out, and the children end up in the
/// DTD's order. Children that come in that order are written once and never moved. One object
/// serves all programmes of a guide, so its buffers are allocated once. Not thread-safe.
class ProgrammeBody {
public:
    void begin();
    /// `attributes`: name, value, …, nullptr, as expat gives them. Names and values are UTF-8.
    void start(std::string_view name, const char* const* attributes);
    void text(std::string_view text);
    void end();
    /// After the last child: brings them into order.
    void finish();

    /// One child of the programme: where it stands in xml().
    struct Child {
        std::uint8_t rank; ///< also its Tag
        std::size_t begin;
        std::size_t end;
    };

    /// In the order of the DTD; after finish().
    [[nodiscard]] const std::vector<Child>& children() const noexcept { return children_; }

    /// The children, without the <programme> element around them.
    [[nodiscard]] std::string_view xml() const noexcept { return out_; }

    [[nodiscard]] bool has_title() const noexcept;

private:
    /// programme > credits > actor > image
    static constexpr std::size_t kMaxDepth = 4;

    struct Open {
        Tag tag;
        Content content;
        std::size_t begin;         ///< of its '<' in out_
        std::size_t content_begin; ///< behind its start tag
        std::size_t first_child;   ///< in children_
        std::uint64_t seen;        ///< bits of the tags of its children
        std::uint8_t last_rank;
        bool sorted;
        bool is_xmltv_ns; ///< an episode-num which claims that system
    };

    [[nodiscard]] Open& top() noexcept { return stack_[depth_ - 1]; }

    void push(Tag tag, std::size_t begin, bool is_xmltv_ns);
    [[nodiscard]] bool write_attributes(Tag tag, const char* const* attributes);
    [[nodiscard]] bool close(const Open& element);
    [[nodiscard]] bool close_text(const Open& element);
    [[nodiscard]] bool close_xmltv_ns(const Open& element);
    [[nodiscard]] bool close_elements(const Open& element);
    void make_empty_tag();
    void order_children(const Open& element);

    std::string out_;
    std::string scratch_;
    std::vector<Child> children_;
    std::array<Open, kMaxDepth> stack_{};
    std::size_t depth_ = 0;
    std::size_t skipped_ = 0; ///< open elements that are left out
    bool has_xmltv_ns_ = false;
};

} // namespace plex_tuner::guide
