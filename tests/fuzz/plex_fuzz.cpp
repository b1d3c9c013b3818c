// SPDX-License-Identifier: GPL-3.0-or-later
// An answer of Plex, a lineup id: what is read of them is planned with and
// written into requests.
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/plex/dvr_plan.hpp>
#include <plex_tuner/plex/lineup_id.hpp>
#include <plex_tuner/plex/provider_labels.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <plex/channel_map_query.hpp>
#include <plex/document.hpp>
#include <plex/read_records.hpp>

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plex_tuner;
    std::string_view text;
    if (size > 0) {
        text = {reinterpret_cast<const char*>(data), size};
    }
    (void)plex::guide_url_of(text);
    static const plex::ProviderLabels labels(
        std::vector<plex::Dvr>{{.key = "218", .lineup_title = "Label"}}, "");
    for (const char* path : {"/media/providers", "/tv.plex.providers.epg.xmltv:218"}) {
        if (const auto changed = plex::with_provider_labels(path, text, labels)) {
            require(!plex::with_provider_labels(path, *changed, labels)); // nothing is left to do
        }
    }
    const auto container = plex::read_container(text);
    if (!container) {
        require(!container.error().message().empty());
        return 0;
    }
    const plex::Present present{
        .devices = plex::read_devices(*container), .dvrs = plex::read_dvrs(*container)};
    const plex::WantedTuner wanted{.name = "n",
        .device_id = "10439EFD",
        .base_url = "http://10.0.0.5:5004",
        .channels = std::vector<std::string>{"5.1"}};
    (void)plex::plan_tuner(wanted, present, {});
    (void)plex::leftovers({&wanted, 1}, present, {.owned = {"*"}});
    // Whatever a server says, what is sent back is one request with nothing slipped in.
    const std::string query = plex::channel_map_query(
        plex::map_to_set(plex::read_channel_mappings(*container), std::nullopt));
    if (query.size() < Url::kMaxBytes / 2) {
        const auto url = Url::parse("http://h/channelmap?" + query);
        require(url && url->query() == query && url->fragment().empty());
    }
    return 0;
}
