// SPDX-License-Identifier: GPL-3.0-or-later
#include "seed_input.hpp"

#include <array>
#include <chrono>
#include <ctime>

namespace plex_tuner::bench {

namespace {

std::string channel_id(int channel) {
    return "channel" + std::to_string(channel) + ".example";
}

std::string xmltv_time(std::time_t time) {
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y%m%d%H%M%S +0000", &parts);
    return text.data();
}

constexpr std::array kGroups = {
    "UK| News", "US| Sports", "CA| Movies", "DE| Kids", "FR| General", "Radio"};
constexpr std::string_view kDescription = "The presenters look back at the week, meet three guests "
                                          "in the studio &amp; answer what viewers sent in; "
                                          "with reports from the harbour, the market and the "
                                          "mountain railway, and the weather for the days ahead. ";

} // namespace

std::string seed_playlist(const std::string& stream_base) {
    std::string text = "#EXTM3U\n";
    text.reserve(kChannels * 260);
    for (int i = 0; i < kChannels; ++i) {
        const std::string id = i < kGuideChannels ? channel_id(i) : "";
        text += "#EXTINF:-1 tvg-id=\"" + id + "\" tvg-name=\"Channel " + std::to_string(i) +
                "\" tvg-logo=\"http://logos.example/c/" + std::to_string(i) +
                ".png\" group-title=\"" + kGroups[static_cast<std::size_t>(i) % kGroups.size()] +
                "\",Channel " + std::to_string(i) + " HD\n" + stream_base + "/live/user/password/" +
                std::to_string(100'000 + i) + ".ts\n";
    }
    return text;
}

std::string seed_guide() {
    std::string text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE tv SYSTEM \"xmltv.dtd\">\n"
        "<tv generator-info-name=\"seed\">\n";
    text.reserve(72'000'000);
    for (int i = 0; i < kGuideChannels; ++i) {
        text += "  <channel id=\"" + channel_id(i) + "\">\n    <display-name>Channel " +
                std::to_string(i) + "</display-name>\n    <icon src=\"http://logos.example/c/" +
                std::to_string(i) + ".png\"/>\n  </channel>\n";
    }
    const std::time_t begin =
        std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()) / 3600 * 3600 -
        2 * 3600;
    constexpr int kPerChannel = kProgrammes / kGuideChannels;
    for (int i = 0; i < kGuideChannels; ++i) {
        for (int p = 0; p < kPerChannel; ++p) {
            const std::time_t start = begin + p * 3600;
            text += "  <programme start=\"" + xmltv_time(start) + "\" stop=\"" +
                    xmltv_time(start + 3600) + "\" channel=\"" + channel_id(i) +
                    "\">\n    <title lang=\"en\">Programme " + std::to_string(p) + " of channel " +
                    std::to_string(i) + "</title>\n    <desc lang=\"en\">";
            text += kDescription;
            text += "</desc>\n    <category lang=\"en\">Series</category>\n"
                    "    <episode-num system=\"xmltv_ns\">" +
                    std::to_string(i % 9) + "." + std::to_string(p) +
                    ".0/1</episode-num>\n  </programme>\n";
        }
    }
    return text + "</tv>\n";
}

} // namespace plex_tuner::bench
