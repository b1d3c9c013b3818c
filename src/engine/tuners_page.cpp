// SPDX-License-Identifier: GPL-3.0-or-later
#include "tuners_page.hpp"

#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/net/page_head.hpp>

#include <fmt/format.h>

namespace plex_tuner::engine {

std::string tuners_page(std::string_view device_name, std::span<const hdhr::TunerState> tuners) {
    const auto html = [](std::string_view text) {
        std::string out;
        append_html(out, text);
        return out;
    };
    std::string page = net::page_head(device_name);
    page += fmt::format("<h1>{}</h1><p class=\"sub\">Tuner status &middot; <a href=\"/\">device</a>"
                        "</p>\n<table><tr><th>Tuner</th><th>Channel</th><th class=\"n\">Signal</th>"
                        "<th class=\"n\">Quality</th><th class=\"n\">Mb/s</th><th>Streams to</th>"
                        "<th>Locked by</th></tr>\n",
        html(device_name));
    for (std::size_t i = 0; i < tuners.size(); ++i) {
        const hdhr::TunerState& tuner = tuners[i];
        const std::string channel =
            tuner.program ? tuner.program->number + " " + tuner.program->name : tuner.channel;
        page += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"n\">{}%</td><td class=\"n\">"
                            "{}%</td><td class=\"n\">{:.1f}</td><td>{}</td><td>{}</td></tr>\n",
            i, channel.empty() ? "none" : html(channel), tuner.has_signal ? 100 : 0,
            tuner.has_signal ? tuner.quality : 0, static_cast<double>(tuner.bits_per_second) / 1e6,
            html(tuner.target), html(tuner.owner));
    }
    return page + "</table>\n</body></html>\n";
}

} // namespace plex_tuner::engine
