// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/hdhr/tuner_state.hpp>

#include <string_view>

namespace plex_tuner::hdhr {

std::optional<std::uint32_t> frequency_of(std::string_view channel) {
    constexpr std::uint32_t kLowest = 1'000'000; // below it is the number of a channel
    const auto number = ascii::parse_integer<std::uint32_t>(channel.substr(channel.rfind(':') + 1));
    return number && *number >= kLowest ? number : std::nullopt;
}

std::string tuner_status_json(std::size_t index, const TunerState& tuner) {
    std::string out = "{\"Resource\":\"tuner" + std::to_string(index) + "\"";
    if (!tuner.channel.empty()) {
        const auto add = [&out](std::string_view name, const std::string& value) {
            out.append(",\"").append(name).append("\":").append(value);
        };
        if (tuner.program) {
            add("VctNumber", json_quoted(tuner.program->number));
            add("VctName", json_quoted(tuner.program->name));
        }
        if (const auto frequency = frequency_of(tuner.channel)) {
            add("Frequency", std::to_string(*frequency));
        }
        add("SignalStrengthPercent", tuner.has_signal ? "100" : "0");
        add("SignalQualityPercent", std::to_string(tuner.has_signal ? tuner.quality : 0));
        add("SymbolQualityPercent", tuner.has_signal ? "100" : "0");
        if (!tuner.target.empty()) {
            add("TargetIP", json_quoted(tuner.target));
        }
        add("NetworkRate", std::to_string(tuner.bits_per_second));
    }
    return out + "}";
}

std::string status_json(std::span<const TunerState> tuners) {
    std::string out = "[";
    for (std::size_t i = 0; i < tuners.size(); ++i) {
        out += i == 0 ? "" : ",";
        out += tuner_status_json(i, tuners[i]);
    }
    return out + "]";
}

} // namespace plex_tuner::hdhr
