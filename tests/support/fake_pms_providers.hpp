// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fake_pms.hpp"

#include <string>

namespace plex_tuner::testing {

/// How the providers are told.
struct PmsProviders {
    bool gzip = true;    ///< whatever the client asked for
    bool chunked = true; ///< without Content-Length
    bool json = false;   ///< whatever the client asked for
};

/// Lets `pms` answer /media/providers and, for the DVRs that it has now, /<provider> with what a
/// server says: its own name for each source.
void serve_providers(FakePms& pms, PmsProviders how = {});

[[nodiscard]] std::string gzipped(std::string_view text);

} // namespace plex_tuner::testing
