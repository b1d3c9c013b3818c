// SPDX-License-Identifier: GPL-3.0-or-later
#include "download_meta.hpp"

#include "hop_plan.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/hash.hpp>

#include <fstream>
#include <string_view>
#include <system_error>
#include <vector>

#include <lzma.h>

namespace plex_tuner::fetch {

namespace {

constexpr std::string_view kFirstLine = "plex-tuner download 1";
constexpr std::size_t kMaxMetaBytes = 16 * 1024;
/// A validator beyond this is not worth keeping.
constexpr std::size_t kMaxValidator = 1024;
constexpr std::size_t kReadPiece = std::size_t{256} * 1024;
constexpr unsigned kOwnerOnly = 0600;

std::string_view next_line(std::string_view& text) noexcept {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

/// One that could not be sent back would make every later request fail.
bool is_usable(std::string_view validator) noexcept {
    return !validator.empty() && validator.size() <= kMaxValidator && is_sendable(validator);
}

bool fill(DownloadMeta& meta, std::string_view key, std::string_view value) {
    if (key == "url") {
        meta.url_hash = value;
    } else if (key == "size") {
        const auto size = ascii::parse_integer<std::uint64_t>(value);
        meta.body.size = size.value_or(0);
        return size.has_value();
    } else if (key == "crc") {
        const auto crc = ascii::parse_integer<std::uint64_t>(value, 16);
        meta.body.crc = crc.value_or(0);
        return crc.has_value();
    } else if (key == "etag" && is_usable(value)) {
        meta.etag = value;
    } else if (key == "modified" && is_usable(value)) {
        meta.last_modified = value;
    }
    return true;
}

void append_validator(std::string& text, std::string_view key, const std::string& value) {
    if (is_usable(value)) {
        text.append(key).append(" ").append(value).append("\n");
    }
}

std::string hex(std::uint64_t value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text(16, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit) {
        *digit = kDigits[value & 0xF];
        value >>= 4;
    }
    return text;
}

/// Reads the file, which costs far less than to keep serving one that a crash or a disk has
/// damaged.
bool holds(const std::filesystem::path& file, const BodyId& wanted) {
    std::error_code error;
    if (std::filesystem::file_size(file, error) != wanted.size || error) {
        return false;
    }
    std::ifstream in(file, std::ios::binary);
    std::vector<char> piece(kReadPiece);
    BodyId found;
    do {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        found.add({piece.data(), static_cast<std::size_t>(in.gcount())});
    } while (in);
    return in.eof() && found == wanted;
}

} // namespace

std::string id_text(const BodyId& id) {
    return std::to_string(id.size) + "-" + hex(id.crc);
}

void BodyId::add(std::string_view bytes) noexcept {
    size += bytes.size();
    crc = lzma_crc64(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), crc);
}

std::filesystem::path meta_path(const std::filesystem::path& file) {
    std::filesystem::path path = file;
    path += ".meta";
    return path;
}

std::string hash_of_request(const Request& request) {
    Fnv1a hash;
    hash.add(request.url.text());
    if (request.credentials) {
        hash.add("\n").add(request.credentials->origin).add("\n").add(request.credentials->user);
    }
    return hash.hex();
}

std::optional<DownloadMeta> load_meta(const std::filesystem::path& file) {
    const auto content = read_file(meta_path(file), kMaxMetaBytes);
    if (!content) {
        return std::nullopt;
    }
    std::string_view text = *content;
    if (next_line(text) != kFirstLine) {
        return std::nullopt;
    }
    DownloadMeta meta;
    while (!text.empty()) {
        const std::string_view line = next_line(text);
        const std::size_t blank = line.find(' ');
        if (blank == std::string_view::npos ||
            !fill(meta, line.substr(0, blank), line.substr(blank + 1))) {
            return std::nullopt;
        }
    }
    if (meta.body.size == 0 || !holds(file, meta.body)) {
        return std::nullopt;
    }
    return meta;
}

Result<void> save_meta(const std::filesystem::path& file, const DownloadMeta& meta) {
    std::string text(kFirstLine);
    text.append("\nurl ").append(meta.url_hash);
    text.append("\nsize ").append(std::to_string(meta.body.size));
    text.append("\ncrc ").append(hex(meta.body.crc)).append("\n");
    append_validator(text, "etag", meta.etag);
    append_validator(text, "modified", meta.last_modified);
    auto out = AtomicFile::create(meta_path(file), kOwnerOnly);
    if (!out) {
        return fail(std::move(out).error());
    }
    if (auto written = out->write(text); !written) {
        return written;
    }
    return out->commit();
}

void remove_meta(const std::filesystem::path& file) noexcept {
    std::error_code ignored; // a meta file that stays is found out by its size and CRC
    std::filesystem::remove(meta_path(file), ignored);
}

} // namespace plex_tuner::fetch
