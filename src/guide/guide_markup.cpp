// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_markup.hpp"

#include "xml_text.hpp"

#include <plex_tuner/base/utf8.hpp>

namespace plex_tuner::guide {

void append_time(std::string& out, WallTime time) {
    const auto digits = format_time_digits(time);
    out.append(digits.data(), digits.size());
    out += kUtcOffset;
}

void append_element(std::string& out, std::string_view name, std::string_view text) {
    const std::size_t begin = out.size();
    out.append("<").append(name).append(">");
    const std::size_t content = out.size();
    append_text(out, utf8::is_valid(text) ? text : utf8::from_unknown(text));
    if (!end_text(out, content)) {
        out.resize(begin);
        return;
    }
    out.append("</").append(name).append(">");
}

void append_quoted(std::string& out, std::string_view name, std::string_view value) {
    out.append(" ").append(name).append("=\"");
    append_attribute(out, utf8::is_valid(value) ? value : utf8::from_unknown(value));
    out += '"';
}

} // namespace plex_tuner::guide
