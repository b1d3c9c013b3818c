// SPDX-License-Identifier: GPL-3.0-or-later
#include "account_answer.hpp"

#include <string>

namespace plex_tuner::provider {

std::unexpected<Error> wrong_credentials(std::string_view what, std::string_view how) {
    return fail(
        ErrorCode::invalid_argument, std::string(what) + ": the panel refuses the account (" +
                                         std::string(how) + "): user name or password is wrong");
}

Result<void> AccountAnswer::verdict(std::string_view what) const {
    if (!seen_) {
        return {};
    }
    if (granted_ == false) {
        return wrong_credentials(what, "auth 0");
    }
    return fail(
        ErrorCode::parse, std::string(what) + ": the panel sent account information instead");
}

} // namespace plex_tuner::provider
