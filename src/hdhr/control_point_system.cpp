// SPDX-License-Identifier: GPL-3.0-or-later
// What the device says of itself.
#include "control_refusals.hpp"

#include <plex_tuner/hdhr/control_point.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace plex_tuner::hdhr {

namespace {

constexpr std::string_view kHelp = "Supported configuration options:\n"
                                   "/lineup/scan\n"
                                   "/sys/copyright\n"
                                   "/sys/debug\n"
                                   "/sys/features\n"
                                   "/sys/hwmodel\n"
                                   "/sys/model\n"
                                   "/sys/restart <resource>\n"
                                   "/sys/version\n"
                                   "/tuner<n>/channel <modulation>:<freq|ch>\n"
                                   "/tuner<n>/channelmap <channelmap>\n"
                                   "/tuner<n>/debug\n"
                                   "/tuner<n>/filter \"0x<nnnn>-0x<nnnn> [...]\"\n"
                                   "/tuner<n>/lockkey\n"
                                   "/tuner<n>/plpinfo\n"
                                   "/tuner<n>/program <program number>\n"
                                   "/tuner<n>/status\n"
                                   "/tuner<n>/streaminfo\n"
                                   "/tuner<n>/target <ip>:<port>\n"
                                   "/tuner<n>/vchannel <vchannel>\n"
                                   "/tuner<n>/vstatus\n";

} // namespace

Result<std::string> ControlPoint::system_value(std::string_view name, bool is_set) const {
    const std::array<std::pair<std::string_view, std::string_view>, 7> values{{
        {"help", kHelp},
        {"/sys/model", device_.firmware_name},
        {"/sys/hwmodel", device_.model_number},
        {"/sys/version", device_.firmware_version},
        {"/sys/copyright", "Plex Tuner, GPL-3.0-or-later\n"},
        {"/sys/debug", "mem: none\n"},
        {"/sys/features", "channelmap: us-bcast us-cable us-hrc us-irc\n"
                          "modulation: 8vsb qam256 qam64\n"
                          "auto-modulation: auto auto6t auto6c qam\n"},
    }};
    const auto found =
        std::ranges::find(values, name, &std::pair<std::string_view, std::string_view>::first);
    if (found == values.end()) {
        return unknown_variable();
    }
    if (is_set) {
        return read_only_variable();
    }
    return std::string(found->second);
}

} // namespace plex_tuner::hdhr
