// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/plex/emby_sync.hpp>
#include <plex_tuner/plex/lineup_id.hpp>

#include <algorithm>

namespace plex_tuner::plex {

namespace {

constexpr std::string_view kGuidePath = "/guide.xml";

/// By device id, which the server asked the tuner for; where it has none, by address.
const EmbyTuner* find_tuner(const WantedTuner& wanted, const EmbyLiveTv& present) {
    const EmbyTuner* at_address = nullptr;
    for (const EmbyTuner& tuner : present.tuners) {
        if (!ascii::iequals(tuner.type, "hdhomerun")) {
            continue;
        }
        if (ascii::iequals(tuner.device_id, wanted.device_id)) {
            return &tuner;
        }
        if (is_same_address(tuner.url, wanted.base_url)) {
            at_address = &tuner;
        }
    }
    return at_address;
}

bool is_for(const EmbyGuide& guide, const std::string& tuner) {
    return guide.is_for_all_tuners || std::ranges::find(guide.tuners, tuner) != guide.tuners.end();
}

/// The guide of ours: at its address, or at the one that the tuner had.
const EmbyGuide* find_guide(
    const std::string& path, const EmbyTuner* tuner, const EmbyLiveTv& present) {
    const EmbyGuide* found = nullptr;
    for (const EmbyGuide& guide : present.guides) {
        if (!ascii::iequals(guide.type, "xmltv")) {
            continue;
        }
        if (is_same_address(guide.path, path)) {
            return &guide;
        }
        const bool is_of_old_address =
            tuner != nullptr && guide.path.ends_with(kGuidePath) &&
            is_same_address(
                guide.path.substr(0, guide.path.size() - kGuidePath.size()), tuner->url);
        if (is_of_old_address) {
            found = &guide;
        }
    }
    return found;
}

} // namespace

std::string_view to_string(EmbyStep step) noexcept {
    switch (step) {
    case EmbyStep::add_tuner:
        return "add tuner";
    case EmbyStep::repair_tuner:
        return "repair tuner address";
    case EmbyStep::add_guide:
        return "add guide";
    case EmbyStep::repair_guide:
        return "repair guide";
    case EmbyStep::refresh:
        return "read lineup and guide";
    }
    return "";
}

EmbyPlan plan_emby(const WantedTuner& wanted, const EmbyLiveTv& present) {
    EmbyPlan plan;
    const EmbyTuner* const tuner = find_tuner(wanted, present);
    const std::string path = wanted.base_url + std::string(kGuidePath);
    const EmbyGuide* const guide = find_guide(path, tuner, present);
    if (tuner == nullptr) {
        plan.steps.push_back(EmbyStep::add_tuner);
        plan.tuner.url = wanted.base_url;
        plan.tuner.device_id = wanted.device_id;
        plan.tuner.friendly_name = wanted.name;
    } else {
        plan.tuner = *tuner;
        if (!is_same_address(tuner->url, wanted.base_url)) {
            plan.steps.push_back(EmbyStep::repair_tuner);
            plan.tuner.url = wanted.base_url;
        }
    }
    if (guide == nullptr) {
        // Not while it is not known which tuner it is for: that is seen in the next plan.
        plan.steps.push_back(EmbyStep::add_guide);
        plan.guide.path = path;
        plan.guide.tuners = {plan.tuner.id};
    } else {
        plan.guide = *guide;
        const bool is_ours = tuner == nullptr || is_for(*guide, tuner->id);
        if (!is_same_address(guide->path, path) || !is_ours) {
            // Before the address of the tuner: that the guide has moved is seen by comparing both.
            const bool has_moved = !is_same_address(guide->path, path);
            plan.steps.insert(
                has_moved ? plan.steps.begin() : plan.steps.end(), EmbyStep::repair_guide);
            plan.guide.path = path;
        }
        if (!is_ours) {
            plan.guide.tuners.push_back(tuner->id);
        }
    }
    if (!plan.steps.empty()) {
        plan.steps.push_back(EmbyStep::refresh);
    }
    return plan;
}

} // namespace plex_tuner::plex
