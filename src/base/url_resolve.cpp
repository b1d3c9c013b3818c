// SPDX-License-Identifier: GPL-3.0-or-later
// Reference resolution, RFC 3986 section 5.2.
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/url.hpp>

#include <algorithm>

namespace plex_tuner {
namespace {

[[nodiscard]] bool has_scheme(std::string_view reference) {
    const std::size_t stop = reference.find_first_of(":/?#");
    return stop != std::string_view::npos && reference[stop] == ':' && stop > 0 &&
           ascii::is_alpha(reference.front()) &&
           std::ranges::all_of(reference.substr(0, stop),
               [](char c) { return ascii::is_alnum(c) || c == '+' || c == '-' || c == '.'; });
}

/// RFC 3986 section 5.2.4, for paths that start with '/'. Others are returned with the leading dot
/// segments gone.
[[nodiscard]] std::string remove_dot_segments(std::string_view path) {
    std::string out;
    while (!path.empty()) {
        if (path.starts_with("../")) {
            path.remove_prefix(3);
        } else if (path.starts_with("./") || path.starts_with("/./")) {
            path.remove_prefix(2);
        } else if (path == "/.") {
            path = "/";
        } else if (path.starts_with("/../") || path == "/..") {
            path = path.size() == 3 ? std::string_view("/") : path.substr(3);
            const std::size_t slash = out.rfind('/');
            out.resize(slash == std::string::npos ? 0 : slash);
        } else if (path == "." || path == "..") {
            path = {};
        } else {
            const std::size_t end = std::min(path.find('/', 1), path.size());
            out += path.substr(0, end);
            path.remove_prefix(end);
        }
    }
    return out;
}

} // namespace

Result<Url> Url::resolve(std::string_view reference) const {
    reference = ascii::trim(reference);
    if (has_scheme(reference)) {
        return parse(reference);
    }
    std::string target(scheme());
    target += ':';
    if (reference.starts_with("//")) {
        target += reference;
        return parse(target);
    }
    if (has_authority_) {
        target += text_.substr(target.size(), path_.begin - target.size());
    }
    const std::size_t path_end = std::min(reference.find_first_of("?#"), reference.size());
    const std::string_view reference_path = reference.substr(0, path_end);
    const std::string_view behind = reference.substr(path_end);
    if (reference_path.empty()) {
        target += path();
        if (!behind.starts_with('?') && has_query_) {
            target += '?';
            target += query();
        }
    } else if (reference_path.starts_with('/')) {
        target += remove_dot_segments(reference_path);
    } else {
        std::string merged;
        if (has_authority_ && path().empty()) {
            merged = "/";
        } else {
            const std::size_t slash = path().rfind('/');
            merged = path().substr(0, slash == std::string_view::npos ? 0 : slash + 1);
        }
        merged += reference_path;
        target += remove_dot_segments(merged);
    }
    target += behind;
    return parse(target);
}

} // namespace plex_tuner
