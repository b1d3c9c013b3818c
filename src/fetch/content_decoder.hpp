// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "decode_stage.hpp"

#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::fetch {

/// Undoes the Content-Encoding of a response (RFC 9110 section 8.4): gzip, deflate and br, up to
/// kMaxCodings of them on top of each other. Unlike libcurl's own decoding it notices a body that
/// ends in the middle. Bodies that are labelled gzip but do not begin like it pass unchanged, and
/// so do unknown words that are no coding at all ("UTF-8"): both are common mistakes of servers.
class ContentDecoder {
public:
    static constexpr std::size_t kMaxCodings = 3;
    /// What all codings together may produce in one call of feed(): bombs end here, long before the
    /// body's own limit, and so do those whose output the next coding swallows.
    static constexpr std::uint64_t kMaxOutputPerFeed = 32ULL * 1024 * 1024;

    ContentDecoder() = default;

    /// `field` is the value of all Content-Encoding fields, joined by commas.
    [[nodiscard]] static Result<ContentDecoder> create(std::string_view field);

    /// False when the body arrives as it is and needs no call of feed().
    [[nodiscard]] bool active() const noexcept { return !stages_.empty(); }

    [[nodiscard]] Result<void> feed(std::string_view in, std::string& out);
    [[nodiscard]] Result<void> finish(std::string& out);

private:
    [[nodiscard]] Result<void> run(std::string& out);
    [[nodiscard]] std::uint64_t work_done() const noexcept;

    std::unique_ptr<InputSource> input_;
    std::vector<std::unique_ptr<DecodeStage>> stages_; ///< in the order of decoding
};

} // namespace plex_tuner::fetch
