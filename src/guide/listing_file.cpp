// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_markup.hpp"

#include <plex_tuner/guide/listing_file.hpp>

namespace plex_tuner::guide {

std::string listings_document(const std::vector<ChannelListings>& channels) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tv>\n";
    for (const ChannelListings& channel : channels) {
        out.append("<channel");
        append_quoted(out, "id", channel.id);
        out.append("/>\n");
    }
    for (const ChannelListings& channel : channels) {
        for (const Listing& listing : channel.listings) {
            out.append(kProgrammeBegin);
            append_time(out, listing.start);
            out.append(kProgrammeStop);
            append_time(out, listing.stop);
            out.append("\"");
            append_quoted(out, "channel", channel.id);
            out.append(">");
            append_element(out, "title", listing.title);
            append_element(out, "desc", listing.description);
            out.append("</programme>\n");
        }
    }
    return out.append("</tv>\n");
}

} // namespace plex_tuner::guide
