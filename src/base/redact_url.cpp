// SPDX-License-Identifier: GPL-3.0-or-later
#include "redact_url.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/base/redact.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace plex_tuner::redaction {
namespace {

/// A path segment after which credentials stand.
struct Marker {
    std::string_view name;
    std::size_t secrets;
    /// With too few segments behind, mask all the same when the last one is no file of a playlist.
    bool also_at_end;
};

constexpr std::array<Marker, 8> kMarkers = {
    {{"live", 2, true}, {"movie", 2, true}, {"series", 2, true}, {"timeshift", 2, true},
        {"timeshifts", 2, true}, {"playlist", 2, false}, {"hlsr", 3, false}, {"play", 1, false}}};

constexpr std::array<std::string_view, 12> kMediaEndings = {
    ".m3u8", ".m3u", ".ts", ".mpd", ".mp4", ".mkv", ".aac", ".mp3", ".m4s", ".php", ".xml", ".gz"};

[[nodiscard]] bool is_media_file(std::string_view segment) {
    return std::ranges::any_of(
        kMediaEndings, [&](std::string_view ending) { return ascii::iends_with(segment, ending); });
}

/// "123", "123.ts"
[[nodiscard]] bool is_numbered_file(std::string_view segment) {
    const std::size_t dot = segment.find('.');
    const std::string_view number = segment.substr(0, dot);
    return !number.empty() && std::ranges::all_of(number, ascii::is_digit);
}

class PathSegments {
public:
    explicit PathSegments(std::string_view path) {
        std::size_t begin = 0;
        while (begin <= path.size()) {
            const std::size_t slash = std::min(path.find('/', begin), path.size());
            add(path.substr(begin, slash - begin));
            begin = slash + 1;
        }
    }

    void mask_markers() {
        for (std::size_t i = 0; i < filled_.size(); ++i) {
            const std::string name = percent::decode(text(i));
            for (const Marker& marker : kMarkers) {
                if (ascii::iequals(name, marker.name)) {
                    mask_after(i, marker);
                }
            }
        }
    }

    void mask_before_number() {
        const std::size_t count = filled_.size();
        if (count >= 3 && is_numbered_file(text(count - 1)) && !is_timeshift_at(count)) {
            mask(count - 3, 2);
        }
    }

    void mask_values_and_encoded(int depth);

    [[nodiscard]] std::string join() const {
        std::string out;
        for (std::size_t i = 0; i < all_.size(); ++i) {
            if (i > 0) {
                out.push_back('/');
            }
            out += all_[i];
        }
        return out;
    }

private:
    void add(std::string_view segment) {
        if (!segment.empty()) {
            filled_.push_back(all_.size());
        }
        all_.emplace_back(segment);
        original_.push_back(segment);
    }

    /// Of the given text, not of what masking made of it.
    [[nodiscard]] std::string_view text(std::size_t filled) const {
        return original_[filled_[filled]];
    }

    void mask(std::size_t filled, std::size_t count) {
        for (std::size_t i = filled; i < std::min(filled + count, filled_.size()); ++i) {
            all_[filled_[i]] = kMask;
        }
    }

    void mask_after(std::size_t filled, const Marker& marker) {
        const std::size_t behind = filled_.size() - filled - 1;
        const bool ends_with_slash = original_.back().empty();
        const bool complete =
            behind > marker.secrets || (behind == marker.secrets && ends_with_slash);
        if (complete ||
            (marker.also_at_end && behind > 0 && !is_media_file(text(filled + behind)) &&
                !is_numbered_file(text(filled + behind)))) {
            mask(filled + 1, marker.secrets);
        }
    }

    /// timeshift/USER/PASS/minutes/start/id.ts: what stands before the number is no credential.
    [[nodiscard]] bool is_timeshift_at(std::size_t count) const {
        return count >= 6 && ascii::istarts_with(percent::decode(text(count - 6)), "timeshift");
    }

    std::vector<std::string> all_;
    std::vector<std::string_view> original_;
    std::vector<std::size_t> filled_; ///< indices of the segments that are not empty
};

/// Whether a decoded path segment is a path or URL of its own with something to mask.
[[nodiscard]] bool hides_credentials(const std::string& decoded, int depth) {
    if (!decoded.contains('/')) {
        return false;
    }
    return depth == 0 || redact_path("/" + decoded, true, depth - 1) != "/" + decoded ||
           redact_text_once(decoded, depth - 1) != decoded;
}

void PathSegments::mask_values_and_encoded(int depth) {
    for (const std::size_t index : filled_) {
        const std::string_view segment = original_[index];
        std::string& shown = all_[index];
        // The userinfo of a URL inside the path, as proxies take them: /http://user:pass@host/
        const std::size_t at = shown.rfind('@');
        if (at != std::string::npos && std::string_view(shown).substr(0, at).contains(':')) {
            shown.replace(0, at, kMask);
        }
        const std::size_t equals = shown.find('=');
        if (equals != std::string::npos &&
            is_secret_key(percent::decode(shown.substr(0, equals)))) {
            shown.replace(equals + 1, std::string::npos, kMask);
        }
        if (segment.contains('%') && hides_credentials(percent::decode(segment), depth)) {
            shown = kMask;
        }
    }
}

/// A value that is, or holds, a URL: readable where it stands plain, masked where it is encoded.
[[nodiscard]] std::string redact_query_value(std::string_view value, int depth) {
    const std::string decoded = percent::decode_form(value);
    std::string masked = depth > 0               ? redact_text_once(decoded, depth - 1)
                         : decoded.contains('/') ? std::string(kMask)
                                                 : decoded;
    if (masked == decoded) {
        return std::string(value);
    }
    return decoded == value ? masked : std::string(kMask);
}

/// "a=1&token=x": the separators and the order stay as they are.
[[nodiscard]] std::string redact_query(std::string_view query, int depth) {
    std::string out;
    while (true) {
        const std::size_t end = std::min(query.find_first_of("&;"), query.size());
        const std::string_view pair = query.substr(0, end);
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) {
            out += pair;
        } else {
            const std::string_view value = pair.substr(equals + 1);
            out += pair.substr(0, equals + 1);
            out += !value.empty() && is_secret_key(percent::decode_form(pair.substr(0, equals)))
                       ? std::string(kMask)
                       : redact_query_value(value, depth);
        }
        if (end == query.size()) {
            return out;
        }
        out.push_back(query[end]);
        query.remove_prefix(end + 1);
    }
}

/// Where the userinfo ends ('@'), npos without one. A password may hold a raw '/', '?' or '#',
/// which ends the authority by RFC 3986; then the "port" is no number and an '@' follows later.
[[nodiscard]] std::size_t userinfo_end(std::string_view after_slashes) {
    const std::size_t end = std::min(after_slashes.find_first_of("/?#"), after_slashes.size());
    const std::string_view authority = after_slashes.substr(0, end);
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
        return at;
    }
    const std::size_t colon = authority.rfind(':');
    if (colon == std::string_view::npos || authority.ends_with(']') ||
        std::ranges::all_of(authority.substr(colon + 1), ascii::is_digit)) {
        return std::string_view::npos;
    }
    return after_slashes.find('@', end);
}

} // namespace

std::string redact_path(std::string_view path, bool with_numbers, int depth) {
    PathSegments segments(path);
    segments.mask_markers();
    if (with_numbers) {
        segments.mask_before_number();
    }
    segments.mask_values_and_encoded(depth);
    return segments.join();
}

bool is_stream_path(std::string_view path) {
    constexpr std::ptrdiff_t kSegments = 3;
    const std::string_view last = path.substr(path.rfind('/') + 1);
    return std::ranges::count(path, '/') == kSegments && is_numbered_file(last) &&
           is_media_file(last);
}

std::string redact_url_text(std::string_view text, int depth) {
    std::string out;
    const std::size_t colon = text.starts_with("//") ? std::string_view::npos : text.find(':');
    const std::size_t begin = colon == std::string_view::npos ? 0 : colon + 1;
    out += text.substr(0, begin);
    std::string_view rest = text.substr(begin);
    if (rest.starts_with("//")) {
        out += "//";
        rest.remove_prefix(2);
        if (const std::size_t at = userinfo_end(rest); at != std::string_view::npos) {
            out += at == 0 ? "" : kMask;
            rest.remove_prefix(at);
        }
        const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
        out += rest.substr(0, end);
        rest.remove_prefix(end);
    }
    const std::size_t hash = std::min(rest.find('#'), rest.size());
    const std::string_view fragment = rest.substr(hash);
    const std::string_view before = rest.substr(0, hash);
    const std::size_t mark = std::min(before.find('?'), before.size());
    out += redact_path(before.substr(0, mark), true, depth);
    if (mark < before.size()) {
        out.push_back('?');
        out += redact_query(before.substr(mark + 1), depth);
    }
    if (!fragment.empty()) {
        out.push_back('#');
        out += redact_query(fragment.substr(1), depth);
    }
    return out;
}

} // namespace plex_tuner::redaction
