// SPDX-License-Identifier: GPL-3.0-or-later
// Headers of audio frames and ID3 tags.
#include <plex_tuner/media/audio_frame.hpp>
#include <plex_tuner/media/id3_tag.hpp>

#include <cstdlib>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plex_tuner::media;
    const std::span<const std::uint8_t> input(data, size);
    for (std::span<const std::uint8_t> rest = input; !rest.empty(); rest = rest.subspan(1)) {
        if (const auto frame = parse_audio_frame(rest);
            frame && (frame->size == 0 || frame->sample_rate <= 0 || frame->samples < 0)) {
            std::abort();
        }
    }
    const auto tag = id3_tag_size(input);
    const auto time = id3_transport_time(input);
    if ((time && !tag) || (time && (*time < 0 || *time >= std::int64_t{1} << 33))) {
        std::abort();
    }
    return 0;
}
