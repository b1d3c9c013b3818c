// SPDX-License-Identifier: GPL-3.0-or-later
#include "forwarded_line.hpp"

#include <plex_tuner/base/document_text.hpp>

#include <algorithm>

namespace plex_tuner::fleet {

namespace {

std::string_view word_of(Stream stream) {
    return stream == Stream::output ? "stdout" : "stderr";
}

} // namespace

std::string forwarded_line(
    std::string_view name, Stream stream, std::string_view line, log::Format format) {
    std::string out;
    out.reserve(line.size() + name.size() + 64);
    if (format == log::Format::json) {
        out.append(R"({"instance":)").append(json_quoted(name)).append(",");
        if (line.starts_with("{\"") && line.ends_with('}')) {
            out.append(line.substr(1));
        } else {
            out.append(R"("stream":")").append(word_of(stream)).append(R"(","message":)");
            append_json_string(out, line);
            out.append("}");
        }
        return out + "\n";
    }
    out.append("[").append(name).append(" ").append(word_of(stream)).append("] ");
    const std::size_t begin = out.size();
    out.append(line);
    std::replace_if(
        out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
        [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7F'; },
        '?');
    return out + "\n";
}

} // namespace plex_tuner::fleet
