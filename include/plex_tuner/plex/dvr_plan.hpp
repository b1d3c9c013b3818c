// SPDX-License-Identifier: GPL-3.0-or-later
// What is to be done so that Plex has the DVRs that are wanted: decided without asking anybody.
#pragma once

#include <plex_tuner/plex/records.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::plex {

/// A tuner of ours that shall be a DVR of its own.
struct WantedTuner {
    std::string name = {};
    std::string device_id = {};
    std::string base_url = {};    ///< as Plex reaches it, without '/' at the end
    std::string guide_title = {}; ///< what Plex shows; empty: `name`
    /// The guide numbers it serves, in order; none: it could not be asked.
    std::optional<std::vector<std::string>> channels = std::nullopt;

    [[nodiscard]] std::string lineup_id() const;
};

/// What becomes of a tuner, in the words of the result.
enum class DvrAction : std::uint8_t {
    created,
    updated_uri, ///< its address, or that of its guide, was another one
    refreshed,   ///< guide loaded and channels mapped anew
    deleted,
    skipped, ///< all is as wanted: nothing was changed
    error,
};

[[nodiscard]] std::string_view to_string(DvrAction action) noexcept;

/// In the order in which they are done.
enum class DvrStep : std::uint8_t {
    register_device,
    create_dvr,
    replace_lineup,
    repair_uri,
    refresh, ///< load the guide and map the channels
};

[[nodiscard]] std::string_view to_string(DvrStep step) noexcept;

struct TunerPlan {
    std::vector<DvrStep> steps = {};
    std::string problem = {}; ///< set: nothing can be done
    // What Plex has of it; empty: nothing.
    std::string device_key = {};
    std::string device_uuid = {};
    std::string device_uri = {};
    std::string dvr_key = {};
    std::string lineup = {}; ///< of the DVR
    std::vector<ChannelMapping> channels = {};

    [[nodiscard]] DvrAction action() const noexcept;
};

struct PlanOptions {
    bool reload = false; ///< load guides and map channels also where all is as wanted
    bool delete_unknown = false;
    /// Patterns of device ids and addresses: only what one of them matches is deleted.
    std::vector<std::string> owned = {};
    /// The share of its channels (0 to 1) that has to be mapped for a tuner to be as wanted; below
    /// 1, channels that it does not serve may be mapped too.
    double enough_mapped = 1.0;
    /// Device ids of tuners that are not to be set up, but are not to be deleted either.
    std::vector<std::string> known_ids = {};
};

[[nodiscard]] TunerPlan plan_tuner(
    const WantedTuner& wanted, const Present& present, const PlanOptions& options);

/// A DVR with its devices, or devices that no DVR uses.
struct Leftover {
    std::string title = {};
    std::string device_id = {};
    std::string uri = {};
    std::string dvr_key = {}; ///< empty: none
    std::vector<std::string> device_keys = {};
    bool is_ours = false; ///< all of its devices are, by PlanOptions::owned
};

/// What is in Plex and not wanted, whosever it is. Nothing when no tuner is wanted: then more is
/// wrong than that.
[[nodiscard]] std::vector<Leftover> leftovers(
    std::span<const WantedTuner> wanted, const Present& present, const PlanOptions& options);

/// The map of a device: it stands at the device, at the DVR's own row of it, or at both.
[[nodiscard]] std::vector<ChannelMapping> mapped_channels(
    const Device& device, const Present& present);

/// Whether the channels that `mappings` enables are exactly `numbers`.
[[nodiscard]] bool maps_exactly(
    std::span<const ChannelMapping> mappings, std::span<const std::string> numbers);

/// Whether enough of `numbers` is enabled, by PlanOptions::enough_mapped.
[[nodiscard]] bool maps_enough(std::span<const ChannelMapping> mappings,
    std::span<const std::string> numbers, double enough_mapped);

/// The map to set: one row for each channel of the tuner that the guide knows, in the order of the
/// rows, those that the tuner does not serve (any more) left out.
[[nodiscard]] std::vector<ChannelMapping> map_to_set(
    std::span<const ChannelMapping> rows, const std::optional<std::vector<std::string>>& channels);

} // namespace plex_tuner::plex
