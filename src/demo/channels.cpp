// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels.hpp"

namespace plex_tuner::demo {

const std::array<Channel, kChannelCount>& channels() noexcept {
    // XMLTV ids look like domain names: tv_validate_file refuses others.
    static constexpr std::array<Channel, kChannelCount> kChannels{{
        {.number = 1,
            .id = "clock.demo.plex-tuner",
            .name = "Demo Clock",
            .radio = false,
            .picture = media::DemoPicture::colour_bars,
            .flavour = Flavour::science},
        {.number = 2,
            .id = "motion.demo.plex-tuner",
            .name = "Demo Motion",
            .radio = false,
            .picture = media::DemoPicture::motion,
            .flavour = Flavour::cinema},
        {.number = 3,
            .id = "radio.demo.plex-tuner",
            .name = "Demo Radio",
            .radio = true,
            .picture = media::DemoPicture::radio,
            .flavour = Flavour::music},
    }};
    return kChannels;
}

} // namespace plex_tuner::demo
