// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_file.hpp"

#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/net/conditional.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>

#include <sys/stat.h>

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

} // namespace

Result<GuideRepresentation> open_guide_representation(const std::filesystem::path& file) {
    auto body = net::open_file_body(file);
    if (!body) {
        return fail(std::move(body).error());
    }
    struct stat status{};
    if (::fstat(*body->descriptor, &status) != 0) {
        return fail(Error::from_errno(errno, "looking at " + file.string()));
    }
    GuideRepresentation representation;
    representation.body = std::move(*body);
    representation.modified = representation.body.modified;
    representation.etag = net::quoted_etag(Fnv1a()
            .add(file.filename().string())
            .add(std::to_string(status.st_size))
            .add(std::to_string(status.st_mtim.tv_sec))
            .add(".")
            .add(std::to_string(status.st_mtim.tv_nsec))
            .add(".")
            .add(std::to_string(status.st_ino))
            .hex());
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
