// SPDX-License-Identifier: GPL-3.0-or-later
// RapidJSON's view of a FileSource. It reads byte by byte; the encoding below lets it copy the
// plain stretches of a text at once, which is most of a catalog.
#pragma once

#include "file_source.hpp"

#include <plex_tuner/base/document_text.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <rapidjson/encodings.h>
#include <rapidjson/reader.h>
#include <rapidjson/stream.h>

namespace plex_tuner::catalog {

/// RapidJSON's input stream concept. Small, because RapidJSON copies it to keep it in registers.
class JsonInput {
public:
    using Ch = char;

    explicit JsonInput(FileSource& source) noexcept : next_(source.begin()), source_(&source) {}

    /// 0 at the end.
    // NOLINTNEXTLINE(readability-identifier-naming): the concept's names
    Ch Peek() noexcept {
        if (*next_ == 0) [[unlikely]] {
            next_ = source_->more();
        }
        return *next_;
    }

    /// What Peek() returned, and not 0. NOLINTNEXTLINE(readability-identifier-naming)
    Ch Take() noexcept { return *next_++; }

    // NOLINTNEXTLINE(readability-identifier-naming)
    [[nodiscard]] std::size_t Tell() const noexcept { return source_->offset_of(next_); }

    // The concept's other half, for readers that decode in place: ours does not.
    // NOLINTBEGIN(readability-identifier-naming)
    void Put(Ch /*byte*/) noexcept {}

    char* Push(std::size_t /*count*/) noexcept { return nullptr; }

    Ch* PutBegin() noexcept { return nullptr; }

    std::size_t PutEnd(Ch* /*begin*/) noexcept { return 0; }

    // NOLINTEND(readability-identifier-naming)

    /// Takes a byte order mark at the start of the file.
    void skip_byte_order_mark() noexcept {
        static constexpr std::string_view kMark = "\xEF\xBB\xBF";
        if (Peek() != 0 && std::string_view(next_, at_hand()).starts_with(kMark)) {
            next_ += kMark.size();
        }
    }

    /// Takes blanks, tabs and line ends: a tenth of an indented file.
    void skip_whitespace() noexcept {
        constexpr std::uint64_t kBlanks = 0x2020'2020'2020'2020;
        while (true) {
            std::uint64_t word = 0;
            static_assert(sizeof word <= FileSource::kPadding);
            while (std::memcpy(&word, next_, sizeof word), word == kBlanks) {
                next_ += sizeof word;
            }
            const Ch c = Peek();
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return;
            }
            ++next_;
        }
    }

    /// Copies the bytes at hand that are neither quote, backslash nor control character, of which
    /// there is at least one.
    template <class Output>
    void copy_plain(Output& output) {
        const std::size_t length = json_plain_length({next_, at_hand()});
        std::memcpy(output.Push(static_cast<unsigned>(length)), next_, length);
        next_ += length;
    }

    [[nodiscard]] bool at_end() const noexcept {
        return source_->ended() && next_ == source_->end();
    }

private:
    [[nodiscard]] std::size_t at_hand() const noexcept {
        return static_cast<std::size_t>(source_->end() - next_);
    }

    const char* next_;
    FileSource* source_;
};

/// UTF-8 that is copied as it is. Whether it is valid is for the receiver to check.
struct CopiedUtf8 : rapidjson::UTF8<char> {};

} // namespace plex_tuner::catalog

namespace rapidjson {

template <>
struct StreamTraits<plex_tuner::catalog::JsonInput> {
    enum { copyOptimization = 1 };
};

template <>
inline void SkipWhitespace( // NOLINT(readability-identifier-naming)
    plex_tuner::catalog::JsonInput& input) {
    input.skip_whitespace();
}

/// Asked for each byte of a text that is no quote, backslash or control character.
template <>
struct Transcoder<plex_tuner::catalog::CopiedUtf8, plex_tuner::catalog::CopiedUtf8> {
    template <class Input, class Output>
    static bool Transcode(Input& input, Output& output) { // NOLINT(readability-identifier-naming)
        input.copy_plain(output);
        return true;
    }

    template <class Input, class Output>
    static bool Validate(Input& input, Output& output) { // NOLINT(readability-identifier-naming)
        return Transcode(input, output);
    }
};

} // namespace rapidjson
