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

} // namespace

std::string GuideTags::tag_of(int descriptor) {
    struct stat status{};
    if (::fstat(descriptor, &status) != 0) {
        return {};
    }
    Known wanted{.device = status.st_dev,
        .inode = status.st_ino,
        .size = static_cast<std::uint64_t>(status.st_size),
        .seconds = status.st_mtim.tv_sec,
        .nanoseconds = status.st_mtim.tv_nsec,
        .tag = {}};
    const std::scoped_lock lock(mutex_);
    const auto same = std::ranges::find_if(known_, [&](const Known& known) {
        return known.device == wanted.device && known.inode == wanted.inode &&
               known.size == wanted.size && known.seconds == wanted.seconds &&
               known.nanoseconds == wanted.nanoseconds;
    });
    if (same != known_.end()) {
        return same->tag;
    }
    const auto hash = content_hash(descriptor);
    if (!hash) {
        return {};
    }
    std::array<char, 16> digits{};
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), *hash, 16);
    wanted.tag = net::quoted_etag({digits.data(), end});
    if (known_.size() == kMostKept) {
        known_.erase(known_.begin());
    }
    return known_.emplace_back(std::move(wanted)).tag;
}

Result<GuideRepresentation> open_guide_representation(
    const std::filesystem::path& file, GuideTags& tags) {
    auto body = net::open_file_body(file);
    if (!body) {
        return fail(std::move(body).error());
    }
    std::string tag = tags.tag_of(*body->descriptor);
    if (tag.empty()) {
        return fail(Error::from_errno(errno, "reading " + file.string()));
    }
    GuideRepresentation representation;
    representation.body = std::move(*body);
    representation.modified = representation.body.modified;
    representation.etag = std::move(tag);
    return representation;
}

std::filesystem::path GuideStore::path(const std::string& fingerprint) const {
    return directory_ / (std::string(kPrefix) + fingerprint + ".xml");
}

std::shared_ptr<const GuideFile> GuideStore::open(const std::string& fingerprint) const {
    const auto file = path(fingerprint);
    auto plain = open_guide_representation(file, *tags_);
    if (!plain) {
        return nullptr;
    }
    auto guide = std::make_shared<GuideFile>();
    guide->plain = std::move(*plain);
    auto gzip = open_guide_representation(file.string() + ".gz", *tags_);
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
