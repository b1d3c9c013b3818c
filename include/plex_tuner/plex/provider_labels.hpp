// SPDX-License-Identifier: GPL-3.0-or-later
// Plex gives every source of Live TV the name of the server; these give each the name of its DVR.
#pragma once

#include <plex_tuner/plex/records.hpp>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace plex_tuner::plex {

/// "tv.plex.providers.epg.xmltv:218" and what it shall be called. Immutable; thread-safe.
class ProviderLabels {
public:
    ProviderLabels() = default;
    /// Of the DVRs with a guide of their own: the title of the lineup, else that of the DVR, else
    /// what stands in the lineup's id, without `strip_prefix` in front.
    ProviderLabels(std::span<const Dvr> dvrs, std::string_view strip_prefix);

    /// Nothing when there is none.
    [[nodiscard]] std::optional<std::string_view> label(std::string_view identifier) const;

    [[nodiscard]] std::size_t size() const noexcept { return labels_.size(); }

    friend bool operator==(const ProviderLabels&, const ProviderLabels&) = default;

private:
    std::map<std::string, std::string, std::less<>> labels_;
};

/// Whether answers to GET of this path, percent-decoded, say what sources are called:
/// /media/providers and what is below the provider of a guide.
[[nodiscard]] bool shows_provider_labels(std::string_view path);

/// The body with the labels in it, XML or JSON as it came. None: there is nothing to be changed, or
/// the body is something else, malformed or nested too deep.
[[nodiscard]] std::optional<std::string> with_provider_labels(
    std::string_view path, std::string_view body, const ProviderLabels& labels);

} // namespace plex_tuner::plex
