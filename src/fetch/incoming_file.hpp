// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "download_meta.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/compressed_file.hpp>
#include <plex_tuner/fetch/download.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace plex_tuner::fetch {

/// A body on its way into a file: written beside the old one, hashed, looked at, and, when it is an
/// archive, decompressed on the side to see that it is whole. Without commit() the old file stays.
class IncomingFile {
public:
    /// What of the (decompressed) beginning the checks get to see.
    static constexpr std::size_t kSampleBytes = 4096;

    [[nodiscard]] static Result<IncomingFile> create(const std::filesystem::path& file,
        const ResponseHead& head, const DownloadOptions& options);

    /// `bytes` must live until inspect() says that it is done with them, which it must have been.
    [[nodiscard]] Result<void> write(std::string_view bytes);
    /// The body is complete; inspect() what depends on that.
    void end() noexcept;
    /// A part of the checks of what was written, for a few milliseconds: a small body can stand for
    /// gigabytes. True when there is more to do.
    [[nodiscard]] Result<bool> inspect();

    /// After end() and inspect().
    [[nodiscard]] Result<void> commit() { return file_.commit(); }

    [[nodiscard]] const BodyId& id() const noexcept { return id_; }

private:
    IncomingFile(AtomicFile file, const ResponseHead& head, const DownloadOptions& options);

    [[nodiscard]] Result<void> take_sample(std::string_view decoded);
    [[nodiscard]] Result<void> judge();

    AtomicFile file_;
    const ResponseHead* head_;
    const DownloadOptions* options_;
    BodyId id_;
    Decompressor decompressor_;
    std::string sample_;
    bool inspecting_ = true;
    bool judged_ = false;
};

} // namespace plex_tuner::fetch
