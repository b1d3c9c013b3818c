// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "byte_decoder.hpp"

#include <plex_tuner/base/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::fetch {

/// What one pull gave: bytes, valid until the next pull, or why there are none. None of the three:
/// there was something to do, pull again.
struct Pulled {
    std::string_view bytes;
    bool wants_input = false;
    bool ended = false;
};

/// Bytes on demand. A pull does a small piece of work (kDecodePiece), so that whoever pulls can
/// count what has been made and stop.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    [[nodiscard]] virtual Result<Pulled> pull() = 0;
};

inline constexpr std::size_t kDecodePiece = std::size_t{64} * 1024;

/// Where a chain of stages begins.
class InputSource final : public ByteSource {
public:
    /// `in` must live until it was pulled, that is until a pull wants input.
    void feed(std::string_view in) noexcept { in_ = in; }

    /// There is no more input.
    void end() noexcept { ended_ = true; }

    Result<Pulled> pull() override;

private:
    std::string_view in_;
    bool ended_ = false;
};

/// One layer of compression, or none: that is told by how its input begins.
class DecodeStage final : public ByteSource {
public:
    /// What to do with input that begins like this: empty when more of it is needed to tell, else a
    /// decoder, or null for input that passes unchanged. Input that ends before passes too.
    using Recogniser = std::function<std::optional<std::unique_ptr<ByteDecoder>>(std::string_view)>;

    /// `upstream` must outlive the stage.
    DecodeStage(ByteSource& upstream, Recogniser recognise)
        : upstream_(upstream), recognise_(std::move(recognise)) {}

    Result<Pulled> pull() override;

    /// Bytes the decoder has made so far; none where the input passes.
    [[nodiscard]] std::uint64_t made() const noexcept { return made_; }

    [[nodiscard]] bool is_compressed() const noexcept { return decoder_ != nullptr; }

private:
    [[nodiscard]] Result<Pulled> look();
    [[nodiscard]] Result<Pulled> decode();

    ByteSource& upstream_;
    Recogniser recognise_;
    std::string head_; ///< while undecided, and input until it is used up
    bool decided_ = false;
    std::unique_ptr<ByteDecoder> decoder_;
    std::string_view in_; ///< not yet decoded
    bool upstream_ended_ = false;
    bool has_more_ = false; ///< the decoder, without input
    std::uint64_t made_ = 0;
    std::array<char, kDecodePiece> out_;
};

} // namespace plex_tuner::fetch
