// SPDX-License-Identifier: GPL-3.0-or-later
#include "m3u_state.hpp"
#include "m3u_text.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace plex_tuner::provider {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::size_t kSniffedBytes = 4096;
/// Schemes are free text: beyond this many reasons they share one.
constexpr std::size_t kMaxReasons = 32;
constexpr std::size_t kMaxQuotedBytes = 80;
/// Enough that a cut of what is redacted does not leave half a credential in what is shown.
constexpr std::size_t kRedactedBytes = 4096;

std::string_view trimmed(std::string_view line) {
    // Concatenated files bring a BOM in the middle.
    if (line.starts_with(kBom)) {
        line.remove_prefix(kBom.size());
    }
    return ascii::trim(line);
}

/// What the gateway plays, but for files.
bool is_played_scheme(std::string_view scheme) {
    constexpr std::array<std::string_view, 4> kSchemes = {"http", "https", "udp", "rtp"};
    return std::ranges::any_of(
        kSchemes, [scheme](std::string_view known) { return ascii::iequals(known, scheme); });
}

/// The redactor takes a blank for the end of a URL.
std::string without_blanks(std::string_view url) {
    std::string whole(url.substr(0, kRedactedBytes));
    std::ranges::replace_if(whole, ascii::is_space, '_');
    return whole;
}

/// A line that has no scheme but stands where a URL belongs, so that it is read as one: with its
/// host, or the way a path behind a host is. Texts keep their blanks.
std::string without_secrets(std::string_view line) {
    const std::string whole = without_blanks(line);
    for (const std::string_view front : {"http:", "http://", "http://host", "http://host/"}) {
        const std::string url = std::string(front) + whole;
        if (std::string masked = redact_text(url); masked != url && masked.starts_with(front)) {
            return masked.substr(front.size());
        }
    }
    return std::string(line.substr(0, kRedactedBytes));
}

} // namespace

M3uReader::M3uReader(Sink sink, LocalFiles files)
    : impl_(std::make_unique<Impl>(std::move(sink), files)) {}

M3uReader::~M3uReader() = default;

void M3uReader::feed(std::string_view bytes) {
    impl_->feed(bytes);
}

Result<void> M3uReader::finish() {
    return impl_->finish();
}

const std::map<std::string, M3uReader::Skipped>& M3uReader::skipped() const noexcept {
    return impl_->skipped;
}

std::size_t M3uReader::entries() const noexcept {
    return impl_->entries;
}

M3uReader::Impl::Impl(Sink to, LocalFiles files)
    : sink_(std::move(to)), files_(files),
      lines_(kMaxLine, [this](const LineSplitter::Line& got) { line(got); }) {}

void M3uReader::Impl::feed(std::string_view bytes) {
    if (first_bytes_.size() < kSniffedBytes) {
        first_bytes_.append(bytes.substr(0, kSniffedBytes - first_bytes_.size()));
    }
    lines_.feed(bytes);
}

Result<void> M3uReader::Impl::finish() {
    lines_.finish();
    finish_entry();
    if (hls_) {
        return fail(
            ErrorCode::parse, "not a channel list but an HLS playlist, which is a single stream");
    }
    if (marked_) {
        return {};
    }
    if (Result<void> looks = looks_like_m3u(first_bytes_); !looks) {
        return looks;
    }
    if (entries == 0) {
        return fail(ErrorCode::parse, "not a channel list: no #EXTM3U, no #EXTINF and no URL");
    }
    return {};
}

void M3uReader::Impl::line(const LineSplitter::Line& line) {
    const std::string_view text = trimmed(line.text);
    if (hls_ || text.empty()) {
        return;
    }
    if (line.cut) {
        cut_line(text, line.number);
    } else if (text.front() == '#') {
        directive(text, line.number);
    } else {
        source_line(text, line.number);
    }
}

void M3uReader::Impl::cut_line(std::string_view start, std::size_t number) {
    if (ascii::istarts_with(start, "#EXTINF")) {
        marked_ = true;
        begin_entry(number);
        pending_.unreadable = true;
    } else if (ascii::istarts_with(start, "#EXTM3U")) {
        marked_ = true;
    }
    pending_.counted = true;
    count("line too long", number, start);
}

/// Ends the entry before and opens one; without a URL the earlier one is dropped.
void M3uReader::Impl::begin_entry(std::size_t number) {
    if (pending_.open && pending_.entry.sources.empty()) {
        forget_directives();
    }
    finish_entry();
    pending_.open = true;
    pending_.line = number;
}

void M3uReader::Impl::finish_entry() {
    if (pending_.open && pending_.entry.sources.empty() && !pending_.counted) {
        count("no URL", pending_.line, pending_.entry.name);
    }
    if (!pending_.entry.sources.empty()) {
        ++entries;
        sink_.entry(std::move(pending_.entry));
    }
    pending_ = Pending();
}

void M3uReader::Impl::forget_directives() {
    directives_.clear();
    options_.clear();
    vod_directive_ = false;
}

/// Every channel of a lineup holds these, and each of its programmes the name.
void M3uReader::Impl::bound_texts() {
    M3uEntry& entry = pending_.entry;
    const std::size_t number = pending_.line;
    for (std::string* text :
        {&entry.name, &entry.tvg_id, &entry.tvg_name, &entry.group_title, &entry.tvg_shift}) {
        shorten(*text, number);
    }
    if (entry.logo.size() > kMaxText) {
        count("logo too long", number, entry.logo); // a part of an address leads nowhere
        entry.logo.clear();
    }
}

void M3uReader::Impl::shorten(std::string& text, std::size_t number) {
    if (text.size() > kMaxText) {
        count("text too long, shortened", number, text);
        text.resize(utf8::truncate(text, kMaxText).size());
    }
}

void M3uReader::Impl::source_line(std::string_view text, std::size_t number) {
    if (pending_.unreadable) {
        return;
    }
    const std::string_view url = ascii::trim(text.substr(0, text.find('|')));
    const std::string_view pipe_headers = text.substr(std::min(text.size(), url.size()));
    if (!is_usable_url(url, number)) {
        pending_.counted = true;
        forget_directives();
        return;
    }
    if (pending_.entry.sources.size() >= kMaxSources) {
        count("too many URLs for one entry", number, url);
        return;
    }
    add_source(url, pipe_headers.substr(std::min(pipe_headers.size(), pipe_headers.find('|') + 1)),
        number);
    if (!pending_.open) {
        finish_entry(); // a bare URL is an entry of its own
    }
}

void M3uReader::Impl::add_source(
    std::string_view url, std::string_view pipe_headers, std::size_t number) {
    M3uEntry& entry = pending_.entry;
    pending_.headers.set_all(directives_);
    for (const M3uPair& option : options_) {
        keep_attribute(option.name, option.value);
    }
    entry.vod = entry.vod || vod_directive_;
    forget_directives();
    if (entry.sources.empty()) {
        if (entry.group_title.empty()) {
            entry.group_title = sticky_group_;
        }
        if (entry.name.empty()) {
            entry.name = entry.tvg_name.empty() ? name_from_url(url) : entry.tvg_name;
        }
        bound_texts();
    }
    if (pipe_headers.empty()) {
        entry.sources.push_back({std::string(url), pending_.headers.items()});
        return;
    }
    HeaderList headers = pending_.headers;
    const std::size_t refused = headers.refused();
    headers.set_from_pairs(pipe_headers);
    if (headers.refused() != refused) {
        count("request header unusable", number, url);
    }
    entry.sources.push_back({std::string(url), headers.items()});
}

bool M3uReader::Impl::is_usable_url(std::string_view url, std::size_t number) {
    const std::string_view scheme = scheme_of(url);
    if (scheme.empty()) {
        const bool text = url.starts_with('[') ||
                          url.find_first_of("./") == std::string_view::npos ||
                          url.find_first_of(" \t") != std::string_view::npos;
        count(text ? "text instead of a URL" : "URL without scheme", number, without_secrets(url));
        return false;
    }
    if (ascii::iequals(scheme, "file")) {
        if (files_ == LocalFiles::refused) {
            count("file address: only a playlist file on this machine may name files", number, url);
            return false;
        }
    } else if (!is_played_scheme(scheme)) {
        count("unsupported scheme " + ascii::lower(scheme) +
                  " (http, https, udp, rtp and file are supported)",
            number, url);
        return false;
    }
    if (!Url::parse(url)) {
        count("malformed URL", number, without_blanks(url));
        return false;
    }
    return true;
}

void M3uReader::Impl::count(std::string reason, std::size_t number, std::string_view text) {
    if (skipped.size() >= kMaxReasons && !skipped.contains(reason)) {
        reason = "other";
    }
    Skipped& where = skipped[reason];
    if (where.count++ == 0) {
        where.first_line = number;
        std::string shown =
            clean_text(redact_text(utf8::from_unknown(text.substr(0, kRedactedBytes))));
        shown.resize(utf8::truncate(shown, kMaxQuotedBytes).size());
        where.first_text = std::move(shown);
    }
}

} // namespace plex_tuner::provider
