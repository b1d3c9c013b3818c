// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/redact.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner {
namespace {

/// Longer keys are no keys; the bound keeps the comparison buffer on the stack.
constexpr std::size_t kMaxKeyBytes = 64;

/// Compared without '-' and '_' and in lower case.
constexpr std::array<std::string_view, 25> kWholeNames = {"user", "usr", "uname", "userid", "login",
    "account", "pass", "pwd", "pw", "pin", "auth", "key", "sig", "sign", "sid", "hash", "hdnts",
    "hdnea", "hdntl", "policy", "cookie", "setcookie", "mac", "passphrase", "jwt"};

constexpr std::array<std::string_view, 13> kNameParts = {"username", "passw", "token", "secret",
    "signature", "credential", "apikey", "accesskey", "authoriz", "privatekey", "keypairid",
    "sessionid", "authsign"};

constexpr std::array<std::string_view, 4> kNameEnds = {"auth", "pass", "user", "pwd"};

} // namespace

bool is_secret_key(std::string_view key) noexcept {
    std::array<char, kMaxKeyBytes> buffer{};
    std::size_t size = 0;
    for (const char c : key) {
        if (c == '-' || c == '_' || c == '.') {
            continue;
        }
        if (size == buffer.size()) {
            return false;
        }
        buffer[size++] = ascii::to_lower(c);
    }
    const std::string_view name(buffer.data(), size);
    return std::ranges::find(kWholeNames, name) != kWholeNames.end() ||
           std::ranges::any_of(
               kNameParts, [&](std::string_view part) { return name.contains(part); }) ||
           std::ranges::any_of(
               kNameEnds, [&](std::string_view end) { return name.ends_with(end); });
}

} // namespace plex_tuner
