// SPDX-License-Identifier: GPL-3.0-or-later
#include "digest_index.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <sys/stat.h>

namespace plex_tuner::guide {
namespace {

constexpr std::uint64_t kNanosPerSecond = 1'000'000'000;

void append(std::string& out, std::uint64_t number) {
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    out.append(bytes, sizeof bytes);
}

void append(std::string& out, std::string_view text) {
    append(out, std::uint64_t{text.size()});
    out += text;
}

/// After a failure everything is zero and empty.
class Cursor {
public:
    explicit Cursor(std::string_view bytes) : left_(bytes) {}

    [[nodiscard]] std::uint64_t number() {
        std::uint64_t value = 0;
        if (left_.size() < sizeof value) {
            failed_ = true;
            return 0;
        }
        std::memcpy(&value, left_.data(), sizeof value);
        left_.remove_prefix(sizeof value);
        return value;
    }

    [[nodiscard]] std::string text() {
        const std::uint64_t size = number();
        if (failed_ || size > left_.size()) {
            failed_ = true;
            return {};
        }
        std::string text(left_.substr(0, static_cast<std::size_t>(size)));
        left_.remove_prefix(static_cast<std::size_t>(size));
        return text;
    }

    [[nodiscard]] bool failed() const noexcept { return failed_; }

    [[nodiscard]] bool at_end() const noexcept { return left_.empty(); }

private:
    std::string_view left_;
    bool failed_ = false;
};

} // namespace

Result<SourceStamp> SourceStamp::of(const std::filesystem::path& source) {
    struct stat facts{};
    if (::stat(source.c_str(), &facts) != 0) {
        return fail(ErrorCode::io, source.string() + ": " + std::generic_category().message(errno));
    }
    return SourceStamp{.device = facts.st_dev,
        .inode = facts.st_ino,
        .bytes = static_cast<std::uint64_t>(facts.st_size),
        .modified = static_cast<std::uint64_t>(facts.st_mtim.tv_sec) * kNanosPerSecond +
                    static_cast<std::uint64_t>(facts.st_mtim.tv_nsec)};
}

std::string encode(const DigestIndex& index) {
    std::string out;
    for (const std::uint64_t number : {index.stamp.device, index.stamp.inode, index.stamp.bytes,
             index.stamp.modified, index.head_bytes}) {
        append(out, number);
    }
    append(out, std::string_view(index.mended));
    append(out, std::string_view(index.refused));
    for (const DigestIndex::Channel& channel : index.channels) {
        append(out, std::string_view(channel.id));
        append(out, channel.begin);
        append(out, channel.bytes);
        append(out, channel.programmes);
    }
    return out;
}

std::optional<DigestIndex> decode_index(std::string_view bytes, std::uint64_t text_bytes) {
    Cursor cursor(bytes);
    DigestIndex index;
    for (std::uint64_t* number : {&index.stamp.device, &index.stamp.inode, &index.stamp.bytes,
             &index.stamp.modified, &index.head_bytes}) {
        *number = cursor.number();
    }
    index.mended = cursor.text();
    index.refused = cursor.text();
    while (!cursor.failed() && !cursor.at_end()) {
        DigestIndex::Channel channel;
        channel.id = cursor.text();
        channel.begin = cursor.number();
        channel.bytes = cursor.number();
        channel.programmes = cursor.number();
        if (channel.begin > text_bytes || channel.bytes > text_bytes - channel.begin) {
            return std::nullopt;
        }
        index.channels.push_back(std::move(channel));
    }
    if (cursor.failed() || index.head_bytes > text_bytes) {
        return std::nullopt;
    }
    return index;
}

} // namespace plex_tuner::guide
