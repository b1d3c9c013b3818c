// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_file.hpp"

#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/net/conditional.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <vector>

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace plex_tuner::engine {

namespace {

constexpr std::string_view kPrefix = "guide-";
constexpr std::size_t kCompareBlock = std::size_t{256} * 1024;

bool holds_same_bytes(const std::filesystem::path& a, const std::filesystem::path& b) {
    std::error_code error;
    const auto size = std::filesystem::file_size(a, error);
    if (error || size != std::filesystem::file_size(b, error) || error) {
        return false;
    }
    std::ifstream left(a, std::ios::binary);
    std::ifstream right(b, std::ios::binary);
    std::string left_block(kCompareBlock, '\0');
    std::string right_block(kCompareBlock, '\0');
    while (left && right) {
        left.read(left_block.data(), static_cast<std::streamsize>(kCompareBlock));
        right.read(right_block.data(), static_cast<std::streamsize>(kCompareBlock));
        const auto count = static_cast<std::size_t>(left.gcount());
        if (left.gcount() != right.gcount() ||
            std::memcmp(left_block.data(), right_block.data(), count) != 0) {
            return false;
        }
    }
    return left.eof() && right.eof();
}

/// Of what is in the file, eight bytes at a time: whole guides are hashed at each start.
std::optional<std::uint64_t> content_hash(int descriptor) {
    constexpr std::uint64_t kPrime = 0x9E37'79B9'7F4A'7C15;
    std::vector<char> block(kCompareBlock);
    std::uint64_t hash = kPrime;
    off_t at = 0;
    while (true) {
        const ssize_t got = ::pread(descriptor, block.data(), block.size(), at);
        if (got < 0) {
            return std::nullopt;
        }
        if (got == 0) {
            return hash;
        }
        at += got;
        const auto size = static_cast<std::size_t>(got);
        std::fill(block.begin() + got, block.end(), '\0'); // the last word is filled up
        for (std::size_t i = 0; i < size; i += sizeof(std::uint64_t)) {
            std::uint64_t word = 0;
            std::memcpy(&word, block.data() + i, sizeof word);
            hash = (hash ^ word) * kPrime;
            hash ^= hash >> 32;
        }
        hash ^= size;
    }
}

constexpr const char* kTagAttribute = "user.plex_tuner.content";

std::string hex(std::uint64_t value) {
    std::array<char, 16> digits{};
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return {digits.data(), end};
}

/// What names the content of an open file; empty when it cannot be read.
std::string content_tag(int descriptor) {
    struct stat status{};
    if (::fstat(descriptor, &status) != 0) {
        return {};
    }
    // What was noted holds for the file as it was then.
    const std::string version = std::to_string(status.st_size) + "." +
                                std::to_string(status.st_mtim.tv_sec) + "." +
                                std::to_string(status.st_mtim.tv_nsec) + " ";
    std::array<char, 128> noted{};
    const ssize_t size = ::fgetxattr(descriptor, kTagAttribute, noted.data(), noted.size());
    const std::string_view text(noted.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    if (text.starts_with(version) && text.size() > version.size()) {
        return std::string(text.substr(version.size()));
    }
    const auto hash = content_hash(descriptor);
    if (!hash) {
        return {};
    }
    std::string tag = hex(*hash);
    const std::string note = version + tag;
    // Where there are no attributes it is hashed each time.
    static_cast<void>(::fsetxattr(descriptor, kTagAttribute, note.data(), note.size(), 0));
    return tag;
}

} // namespace

Result<GuideRepresentation> open_guide_representation(const std::filesystem::path& file) {
    auto body = net::open_file_body(file);
    if (!body) {
        return fail(std::move(body).error());
    }
    const std::string tag = content_tag(*body->descriptor);
    if (tag.empty()) {
        return fail(Error::from_errno(errno, "reading " + file.string()));
    }
    GuideRepresentation representation;
    representation.body = std::move(*body);
    representation.modified = representation.body.modified;
    representation.etag = net::quoted_etag(tag);
    return representation;
}

std::filesystem::path GuideStore::path(const std::string& fingerprint) const {
    return directory_ / (std::string(kPrefix) + fingerprint + ".xml");
}

std::shared_ptr<const GuideFile> GuideStore::open(const std::string& fingerprint) const {
    const auto file = path(fingerprint);
    auto plain = open_guide_representation(file);
    if (!plain) {
        return nullptr;
    }
    auto guide = std::make_shared<GuideFile>();
    guide->plain = std::move(*plain);
    auto gzip = open_guide_representation(file.string() + ".gz");
    if (gzip && gzip->modified >= guide->plain.modified) {
        guide->gzip = std::move(*gzip);
    }
    return guide;
}

Result<void> GuideStore::adopt(const std::string& fingerprint) const {
    const auto target = path(fingerprint);
    std::error_code error;
    if (holds_same_bytes(incoming(), target)) {
        std::filesystem::remove(incoming(), error);
        return {};
    }
    // A compressed form without its guide is harmless, one of another guide is not.
    std::filesystem::remove(target.string() + ".gz", error);
    std::filesystem::rename(incoming(), target, error);
    if (error) {
        return fail(Error::from_errno(error.value(), "replacing " + target.string()));
    }
    return {};
}

void GuideStore::remove_others(const std::string& fingerprint) const noexcept {
    std::error_code error;
    const std::string keep = path(fingerprint).filename().string();
    for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(kPrefix) && name != keep && name != keep + ".gz") {
            std::error_code ignored;
            std::filesystem::remove(entry.path(), ignored);
        }
    }
}

std::string lineup_fingerprint(const lineup::Lineup& lineup, std::string_view version) {
    Fnv1a hash;
    hash.add(version);
    for (const lineup::Channel& channel : lineup.channels()) {
        for (const std::string_view text : {std::string_view(channel.guide_number),
                 channel.guide_name, channel.tvg_id, channel.tvg_shift, channel.logo}) {
            hash.add(text).add(std::string_view("\0", 1));
        }
    }
    return hash.hex();
}

} // namespace plex_tuner::engine
