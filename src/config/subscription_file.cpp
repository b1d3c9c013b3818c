// SPDX-License-Identifier: GPL-3.0-or-later
#include "subscription_file.hpp"

#include "parse_text.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>

#include <algorithm>

namespace plex_tuner::config {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// What follows `label` and a colon.
[[nodiscard]] std::optional<std::string_view> value_behind(
    std::string_view line, std::string_view label) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos ||
        !ascii::iequals(ascii::trim(line.substr(0, colon)), label)) {
        return std::nullopt;
    }
    return ascii::trim(line.substr(colon + 1));
}

} // namespace

Result<Subscription> read_subscription(const std::filesystem::path& file) {
    const auto text = read_file(file, kMaxSubscriptionBytes);
    if (!text) {
        return fail(text.error());
    }
    std::string_view rest = *text;
    if (rest.starts_with(kByteOrderMark)) {
        rest.remove_prefix(kByteOrderMark.size());
    }
    Subscription subscription;
    for (const std::string_view line : ascii::split_list(rest, '\n')) {
        if (const auto user = value_behind(line, "username"); user && subscription.user.empty()) {
            subscription.user = parse_text(*user).value_or("");
        }
        if (const auto password = value_behind(line, "password");
            password && subscription.password.empty()) {
            subscription.password = Secret(parse_secret_text(*password).value_or(""));
        }
    }
    if (subscription.user.empty() && subscription.password.empty()) {
        return fail(ErrorCode::parse,
            file.string() + " has neither a \"Username:\" nor a \"Password:\" line");
    }
    return subscription;
}

std::optional<std::filesystem::path> newest_subscription(const std::filesystem::path& home) {
    std::optional<std::filesystem::path> newest;
    std::error_code error;
    std::filesystem::directory_iterator entries(home / "Documents", error);
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
        const std::string name = entries->path().filename().string();
        if (name.starts_with("iptv.subscription.") && name.ends_with(".txt") &&
            (!newest || name > newest->filename().string())) {
            newest = entries->path();
        }
    }
    return newest;
}

} // namespace plex_tuner::config
