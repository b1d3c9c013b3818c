// SPDX-License-Identifier: GPL-3.0-or-later
// How the files of overrides are kept when channels are probed again: what somebody entered by hand
// stays, what an earlier probe wrote is brought up to date.
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/gateway/transcode_policy.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::gateway {

/// What a probe found of one channel.
struct ProbeVerdict {
    /// What the channel may be entered as: channel id, guide number, guide id. Some may be empty.
    std::vector<std::string> keys{};
    std::string key{}; ///< of these, what it is entered as
    std::string name{};
    std::string profile{}; ///< empty: it needs none
    std::string reasons{};
    /// What was not seen may be a reason, too: a channel that has any entry is left as it is.
    bool is_partial = false;
};

/// An entry that a probe made.
struct RecordedOverride {
    std::string name{};
    std::string profile{};
    std::string reasons{};
    friend bool operator==(const RecordedOverride&, const RecordedOverride&) = default;
};

/// The entries that probes made, by key: how they are told from those of a person.
using OverrideRecord = std::map<std::string, RecordedOverride, std::less<>>;

struct OverrideUpdate {
    TranscodeOverrides overrides{};
    OverrideRecord record{};
    /// Of the verdicts that somebody's own entry stands against, what it says: "profile tablet".
    /// By key of the verdict.
    std::map<std::string, std::string, std::less<>> kept{};
};

/// `existing`: what the files hold. An entry is a probe's where `record` has it just so, else
/// somebody's own; those stay unless `replaces_all`. Channels without a verdict stay as they are.
[[nodiscard]] OverrideUpdate update_overrides(const TranscodeOverrides& existing,
    const OverrideRecord& record, const std::vector<ProbeVerdict>& verdicts, bool replaces_all);

// As files. JSON objects with a member in each line, in the order of their keys.

[[nodiscard]] std::string transcode_overrides_json(
    const std::map<std::string, bool, std::less<>>& overrides);
[[nodiscard]] std::string profile_overrides_json(
    const std::map<std::string, std::string, std::less<>>& overrides);
[[nodiscard]] std::string override_record_json(const OverrideRecord& record);
[[nodiscard]] Result<OverrideRecord> parse_override_record(std::string_view json);

} // namespace plex_tuner::gateway
