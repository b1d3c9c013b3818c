// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a user's table of categories: it is refused with a reason, or every channel has a
// region and a type.
#include <plex_tuner/lineup/category_rules.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plex_tuner::lineup;
    const std::string bytes(data, data + size);
    const auto rules = CategoryRules::with(bytes);
    if (!rules) {
        if (rules.error().message().empty()) {
            std::abort();
        }
        return 0;
    }
    const std::string name = bytes.substr(0, bytes.find('\n'));
    const ChannelClass its = rules->classify({name, name, bytes});
    if (its.region.empty() || its.type.empty() || !rules->knows("canadamovies")) {
        std::abort();
    }
    for (const std::string_view category : rules->categories()) {
        static_cast<void>(rules->includes(category, its));
    }
    return 0;
}
