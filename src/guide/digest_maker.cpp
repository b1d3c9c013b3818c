// SPDX-License-Identifier: GPL-3.0-or-later
#include "digest_maker.hpp"

#include "slice_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace plex_tuner::guide {
namespace {

/// Longer ones are no ids of anybody, and the index stays small.
constexpr std::size_t kLongestId = 1024;

[[nodiscard]] std::string channel_of(const char* const* attributes) {
    for (; attributes[0] != nullptr; attributes += 2) {
        if (attributes[0] == std::string_view("channel")) {
            return std::string(std::string_view(attributes[1]).substr(0, kLongestId));
        }
    }
    return {};
}

} // namespace

DigestMaker::DigestMaker(const std::filesystem::path& text, Repair repair)
    : file_(text), text_(text, std::ios::binary | std::ios::trunc), parser_(*this, repair) {
    parser_.copy_to([this](std::string_view seen) {
        text_.write(seen.data(), static_cast<std::streamsize>(seen.size()));
    });
}

Result<void> DigestMaker::checked(Result<void> parsed) const {
    if (!text_) {
        return fail(ErrorCode::io, file_.string() + ": " + std::generic_category().message(errno));
    }
    if (too_large_ != nullptr) {
        return fail(ErrorCode::too_large, too_large_);
    }
    if (!parsed && parsed.error().code() == ErrorCode::cancelled) {
        return fail(ErrorCode::parse, "the root element is not <tv>");
    }
    return parsed;
}

Result<void> DigestMaker::finish() {
    auto parsed = parser_.finish();
    text_.flush();
    return checked(std::move(parsed));
}

bool DigestMaker::start_element(std::string_view name, const char* const* attributes) {
    ++depth_;
    if (depth_ == 1) {
        // What stands before is the declaration, which names an encoding that is no more.
        head_.push_back({.begin = parser_.event_begin(), .end = parser_.event_end()});
        return name == "tv";
    }
    if (depth_ == 2) {
        begin_ = parser_.event_begin();
        channel_.reset();
        if (name == "programme") {
            std::string id = channel_of(attributes);
            const auto [found, is_new] = by_id_.try_emplace(id, channels_.size());
            if (is_new) {
                id_bytes_ += id.size();
                channels_.push_back({.id = std::move(id), .programmes = {}});
            }
            channel_ = found->second;
        }
    }
    if (ranges_ > kMaxRanges) {
        too_large_ = "its programmes are too many to be sorted by channel";
    } else if (id_bytes_ > kMaxIdBytes) {
        too_large_ = "it has too many channel ids";
    }
    return too_large_ == nullptr;
}

bool DigestMaker::end_element() {
    --depth_;
    if (depth_ != 1) {
        return true;
    }
    const Range range{.begin = begin_, .end = parser_.event_end()};
    if (!channel_ && !neighbour_) {
        head_.back().end = range.end; // of the root's tag at first
    } else if (!channel_) {
        head_.push_back(range);
        ++ranges_;
    } else if (channel_ == neighbour_) {
        channels_[*channel_].programmes.back().end = range.end; // and the blanks between them
        ++channels_[*channel_].count;
    } else {
        channels_[*channel_].programmes.push_back(range);
        ++ranges_;
        ++channels_[*channel_].count;
    }
    neighbour_ = channel_;
    return true;
}

Result<DigestIndex> DigestMaker::write(AtomicFile& digest) {
    auto text = SliceReader::open(file_);
    if (!text) {
        return fail(std::move(text).error());
    }
    const auto copy = [&](Range range) {
        return text->read(range.begin, range.end - range.begin,
            [&](std::string_view bytes) { return digest.write(bytes); });
    };
    DigestIndex index;
    for (const Range range : head_) {
        if (auto copied = copy(range); !copied) {
            return fail(std::move(copied).error());
        }
    }
    index.head_bytes = digest.size();
    for (Channel& channel : channels_) {
        const std::uint64_t begin = digest.size();
        for (const Range range : channel.programmes) {
            if (auto copied = copy(range); !copied) {
                return fail(std::move(copied).error());
            }
        }
        index.channels.push_back({.id = std::move(channel.id),
            .begin = begin,
            .bytes = digest.size() - begin,
            .programmes = channel.count});
    }
    return index;
}

} // namespace plex_tuner::guide
