// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fake_pms.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace plex_tuner::testing {

/// What a server says of itself and its settings: / and /:/prefs, to the owner. Set settings are
/// kept. Outlives the requests to `pms`.
class PmsFacts {
public:
    struct Facts {
        bool has_pass = true;
        bool allows_tuners = true;
        std::string allowed_networks = {};
        std::string date = {}; ///< of answers; empty: the server does not say
    };

    explicit PmsFacts(FakePms& pms);

    void change(const std::function<void(Facts&)>& edit);
    [[nodiscard]] Facts now() const;

private:
    void answer(
        ProviderConnection& connection, const ProviderRequest& request, const std::string& token);

    mutable std::mutex mutex_;
    Facts facts_ = {};
};

} // namespace plex_tuner::testing
