// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "digest_index.hpp"
#include "sax_parser.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace plex_tuner::guide {

/// Reads a source to its end: keeps the text as the parser sees it in a file of its own, and notes
/// where things stand in it. Not thread-safe.
class DigestMaker final : private SaxHandler {
public:
    /// `text`: the file, which is written anew.
    DigestMaker(const std::filesystem::path& text, Repair repair);

    /// Of elements that do not follow one of their kind: a programme one of the same channel, which
    /// they do not in a feed in the order of time.
    static constexpr std::size_t kMaxRanges = 1'500'000;
    /// Of the channel ids together.
    static constexpr std::size_t kMaxIdBytes = std::size_t{8} << 20;

    /// Errors as SaxParser's, `parse` when the root element is not <tv>, `too_large` where memory
    /// would not be bounded otherwise, and `io`.
    [[nodiscard]] Result<void> feed(std::string_view bytes) { return checked(parser_.feed(bytes)); }

    [[nodiscard]] Result<void> finish();

    /// After finish(), once: the text of the digest, and the index of it without stamp and fault.
    [[nodiscard]] Result<DigestIndex> write(AtomicFile& digest);

private:
    struct Range {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
    };

    struct Channel {
        std::string id;
        std::vector<Range> programmes; ///< neighbours joined
        std::uint64_t count = 0;
    };

    [[nodiscard]] bool start_element(std::string_view name, const char* const* attributes) override;
    [[nodiscard]] bool end_element() override;

    void text(std::string_view /*text*/) override {}

    [[nodiscard]] Result<void> checked(Result<void> parsed) const;

    std::filesystem::path file_;
    std::ofstream text_;
    SaxParser parser_;
    const char* too_large_ = nullptr;
    std::size_t ranges_ = 0;
    std::size_t id_bytes_ = 0;
    std::size_t depth_ = 0;
    std::uint64_t begin_ = 0;              ///< of the element of depth 2
    std::optional<std::size_t> channel_{}; ///< of that element; none: it is no programme
    std::optional<std::size_t>
        neighbour_{};         ///< of the programme right before it; none: something else
    std::vector<Range> head_; ///< all but programmes
    std::vector<Channel> channels_;
    std::unordered_map<std::string, std::size_t> by_id_;
};

} // namespace plex_tuner::guide
