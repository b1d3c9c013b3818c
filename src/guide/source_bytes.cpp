// SPDX-License-Identifier: GPL-3.0-or-later
#include "source_bytes.hpp"

#include <plex_tuner/fetch/compressed_file.hpp>

#include <utility>

namespace plex_tuner::guide {

Result<void> read_source_bytes(const std::filesystem::path& source, const GuideOptions& options,
    const std::function<Result<void>(std::string_view)>& take) {
    auto file = fetch::CompressedFileReader::open(source, options.max_source_bytes);
    if (!file) {
        return fail(std::move(file).error());
    }
    for (bool first = true; !options.stop.stop_requested(); first = false) {
        const auto chunk = file->read();
        if (!chunk) {
            return fail(chunk.error());
        }
        if (first) {
            if (auto known = looks_like_xmltv(*chunk); !known) {
                return known;
            }
        }
        if (chunk->empty()) {
            return {};
        }
        if (auto taken = take(*chunk); !taken) {
            return taken;
        }
    }
    return fail(ErrorCode::cancelled, "the guide build was stopped");
}

std::string describe_fault(const std::filesystem::path& source, const Error& error) {
    const std::string name = source.string();
    return error.message().contains(name) ? error.message() : name + ": " + error.message();
}

} // namespace plex_tuner::guide
