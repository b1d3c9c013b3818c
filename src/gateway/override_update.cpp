// SPDX-License-Identifier: GPL-3.0-or-later
#include "shallow_json.hpp"

#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/gateway/override_update.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::gateway {
namespace {

/// Whose the entries of a channel are, in one of the two files.
template <class Map, class IsRecorded>
[[nodiscard]] const typename Map::value_type* own_entry(
    const Map& entries, const std::vector<std::string>& keys, IsRecorded is_recorded) {
    for (const std::string& key : keys) {
        const auto entry = key.empty() ? entries.end() : entries.find(key);
        if (entry != entries.end() && !is_recorded(*entry)) {
            return &*entry;
        }
    }
    return nullptr;
}

[[nodiscard]] bool has_any(const auto& map, const std::vector<std::string>& keys) {
    return std::ranges::any_of(keys, [&](const std::string& key) { return map.contains(key); });
}

void erase_all(auto& map, const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
        map.erase(key);
    }
}

/// `texts`: of each entry, what stands behind the colon.
[[nodiscard]] std::string json_of(const std::map<std::string, std::string, std::less<>>& texts) {
    std::string out = "{";
    for (const auto& [key, text] : texts) {
        out += out.size() == 1 ? "\n  " : ",\n  ";
        out += json_quoted(key) + ": " + text;
    }
    return out + (texts.empty() ? "}\n" : "\n}\n");
}

} // namespace

OverrideUpdate update_overrides(const TranscodeOverrides& existing, const OverrideRecord& record,
    const std::vector<ProbeVerdict>& verdicts, bool replaces_all) {
    OverrideUpdate update{.overrides = existing, .record = record};
    const auto is_probes_profile = [&](const auto& entry) {
        const auto recorded = record.find(entry.first);
        return recorded != record.end() && recorded->second.profile == entry.second;
    };
    const auto is_probes_transcode = [&](const auto& entry) {
        return entry.second && record.contains(entry.first);
    };
    for (const ProbeVerdict& verdict : verdicts) {
        const auto* own_profile =
            replaces_all ? nullptr : own_entry(existing.profiles, verdict.keys, is_probes_profile);
        const auto* own_transcode =
            replaces_all ? nullptr
                         : own_entry(existing.transcode, verdict.keys, is_probes_transcode);
        std::string kept;
        if (own_profile != nullptr) {
            kept = "profile " + own_profile->second;
        }
        if (own_transcode != nullptr) {
            kept += kept.empty() ? "" : ", ";
            kept += own_transcode->second ? "transcode" : "do not transcode";
        }
        if (!kept.empty()) {
            update.kept[verdict.key] = std::move(kept);
        }
        if (verdict.is_partial && (has_any(existing.profiles, verdict.keys) ||
                                      has_any(existing.transcode, verdict.keys))) {
            continue;
        }
        if (own_profile == nullptr) {
            erase_all(update.overrides.profiles, verdict.keys);
        }
        if (own_transcode == nullptr) {
            erase_all(update.overrides.transcode, verdict.keys);
        }
        erase_all(update.record, verdict.keys);
        if (verdict.profile.empty()) {
            continue;
        }
        if (own_profile == nullptr) {
            update.overrides.profiles[verdict.key] = verdict.profile;
        }
        if (own_transcode == nullptr) {
            update.overrides.transcode[verdict.key] = true;
        }
        if (own_profile == nullptr || own_transcode == nullptr) {
            update.record[verdict.key] = {
                .name = verdict.name, .profile = verdict.profile, .reasons = verdict.reasons};
        }
    }
    return update;
}

std::string transcode_overrides_json(const std::map<std::string, bool, std::less<>>& overrides) {
    std::map<std::string, std::string, std::less<>> texts;
    for (const auto& [key, is_wanted] : overrides) {
        texts[key] = is_wanted ? "true" : "false";
    }
    return json_of(texts);
}

std::string profile_overrides_json(
    const std::map<std::string, std::string, std::less<>>& overrides) {
    std::map<std::string, std::string, std::less<>> texts;
    for (const auto& [key, profile] : overrides) {
        texts[key] = json_quoted(profile);
    }
    return json_of(texts);
}

std::string override_record_json(const OverrideRecord& record) {
    std::map<std::string, std::string, std::less<>> texts;
    for (const auto& [key, entry] : record) {
        texts[key] = R"({"name": )" + json_quoted(entry.name) + R"(, "profile": )" +
                     json_quoted(entry.profile) + R"(, "reasons": )" + json_quoted(entry.reasons) +
                     "}";
    }
    return json_of(texts);
}

Result<OverrideRecord> parse_override_record(std::string_view json) {
    const auto entries = read_shallow_json(json);
    if (!entries) {
        return fail(entries.error());
    }
    OverrideRecord record;
    for (const JsonMember& entry : *entries) {
        RecordedOverride& place = record[entry.key];
        const auto* text = std::get_if<std::string>(&entry.value);
        if (entry.member.empty() ? !std::holds_alternative<std::monostate>(entry.value)
                                 : text == nullptr) {
            return fail(ErrorCode::parse, entry.key + ": expected an object of texts");
        }
        if (entry.member == "name") {
            place.name = *text;
        } else if (entry.member == "profile") {
            place.profile = *text;
        } else if (entry.member == "reasons") {
            place.reasons = *text;
        }
    }
    return record;
}

} // namespace plex_tuner::gateway
