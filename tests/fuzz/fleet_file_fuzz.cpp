// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a supervisor's configuration: read or refused, and what is refused says why.
#include <plex_tuner/fleet/fleet_file.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

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
    const fleet::ParsedFleetFile parsed = fleet::parse_fleet_file(text);
    require(parsed.file.restart_delay.count() > 0);
    for (const fleet::Instance& instance : parsed.file.instances) {
        require(instance.start_delay.count() >= 0);
    }
    for (const auto& remarks : {parsed.warnings, parsed.problems}) {
        for (const std::string& remark : remarks) {
            require(!remark.empty());
        }
    }
    return 0;
}
