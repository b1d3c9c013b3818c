// SPDX-License-Identifier: GPL-3.0-or-later
#include "label_rules.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>

namespace plex_tuner::plex {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string label_of(const Dvr& dvr, std::string_view strip_prefix) {
    std::string label = dvr.lineup_title.empty() ? dvr.title : dvr.lineup_title;
    if (label.empty() && !dvr.lineups.empty()) {
        const std::string& lineup = dvr.lineups.front();
        const std::size_t mark = lineup.rfind('#');
        label = mark == std::string::npos ? "" : percent::decode(lineup.substr(mark + 1));
    }
    if (label.size() > strip_prefix.size() && label.starts_with(strip_prefix)) {
        label.erase(0, strip_prefix.size());
    }
    return label;
}

} // namespace

ProviderLabels::ProviderLabels(std::span<const Dvr> dvrs, std::string_view strip_prefix) {
    for (const Dvr& dvr : dvrs) {
        const std::string identifier =
            dvr.epg_identifier.empty() ? std::string(kGuideProvider) + dvr.key : dvr.epg_identifier;
        std::string label = label_of(dvr, strip_prefix);
        if (identifier.starts_with(kGuideProvider) && !label.empty()) {
            labels_.insert_or_assign(identifier, std::move(label));
        }
    }
}

std::optional<std::string_view> ProviderLabels::label(std::string_view identifier) const {
    const auto found = labels_.find(identifier);
    return found == labels_.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

bool shows_provider_labels(std::string_view path) {
    return path == kProvidersPath || path == "/media/providers/" || !provider_of_path(path).empty();
}

std::optional<std::string> with_provider_labels(
    std::string_view path, std::string_view body, const ProviderLabels& labels) {
    if (labels.size() == 0) {
        return std::nullopt;
    }
    if (body.starts_with(kByteOrderMark)) {
        body.remove_prefix(kByteOrderMark.size());
    }
    body = ascii::trim(body);
    if (body.starts_with('<')) {
        return with_labels_in_xml(path, body, labels);
    }
    return body.starts_with('{') ? with_labels_in_json(path, body, labels) : std::nullopt;
}

} // namespace plex_tuner::plex
