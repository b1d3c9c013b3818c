// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::fetch {

/// What a body is recognised by: its length and the CRC-64 of its bytes.
struct BodyId {
    std::uint64_t size = 0;
    std::uint64_t crc = 0;

    void add(std::string_view bytes) noexcept;
    friend bool operator==(const BodyId&, const BodyId&) = default;
};

/// "<size>-<crc in hex>"
[[nodiscard]] std::string id_text(const BodyId& id);

/// The small file beside a download: what the server needs to answer "not modified", and what we
/// need to know that the body on disk is the one meant. Text, one "key value" a line. It holds a
/// hash of the URL, never the URL, which may contain credentials.
struct DownloadMeta {
    std::string url_hash;
    BodyId body;
    std::string etag;          ///< as received; empty: none, or none that can be sent back
    std::string last_modified; ///< as received; empty: the same

    [[nodiscard]] bool has_validators() const noexcept {
        return !etag.empty() || !last_modified.empty();
    }
};

/// "<file>.meta".
[[nodiscard]] std::filesystem::path meta_path(const std::filesystem::path& file);
/// Covers the URL and the user, so another account never gets the answer "not modified".
[[nodiscard]] std::string hash_of_request(const Request& request);

/// Empty when there is none, when it cannot be read, or when `file`, which is read for that, is not
/// the body it describes.
[[nodiscard]] std::optional<DownloadMeta> load_meta(const std::filesystem::path& file);
[[nodiscard]] Result<void> save_meta(const std::filesystem::path& file, const DownloadMeta& meta);
void remove_meta(const std::filesystem::path& file) noexcept;

} // namespace plex_tuner::fetch
