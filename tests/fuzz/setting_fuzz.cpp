// SPDX-License-Identifier: GPL-3.0-or-later
// Any text as the value of every field: what is taken is shown in a form that is taken again and
// then shown the same (except where showing masks or derives).
#include "config/field.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text;
    if (size > 0) {
        text = {reinterpret_cast<const char*>(data), size};
    }
    for (const plex_tuner::config::Field& field : plex_tuner::config::fields()) {
        plex_tuner::config::Config config;
        if (!field.assign(config, text)) {
            static_cast<void>(field.show_rejected(text));
            continue;
        }
        static_cast<void>(config.secrets());
        static_cast<void>(config.accounts());
        const std::string shown = field.show(config);
        plex_tuner::config::Config again;
        if (!shown.contains("***") && field.assign(again, shown)) {
            require(field.show(again) == shown);
        }
    }
    return 0;
}
