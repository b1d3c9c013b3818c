// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_plan.hpp"

namespace plex_tuner::engine {

GuidePlan::GuidePlan(std::vector<Candidate> candidates) {
    sources_.reserve(candidates.size());
    for (Candidate& candidate : candidates) {
        const Use use = !candidate.fresh.empty()       ? Use::fresh
                        : !candidate.last_good.empty() ? Use::last_good
                                                       : Use::nothing;
        sources_.push_back({std::move(candidate), use});
    }
}

const std::filesystem::path& GuidePlan::file_of(const Source& source) {
    return source.use == Use::fresh ? source.candidate.fresh : source.candidate.last_good;
}

std::vector<GuidePlan::Reading> GuidePlan::readings() const {
    std::vector<Reading> readings;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        if (sources_[i].use != Use::nothing) {
            readings.push_back({i, file_of(sources_[i])});
        }
    }
    return readings;
}

std::vector<GuidePlan::Fault> GuidePlan::learn(const std::vector<guide::SourceReport>& reports) {
    std::vector<Fault> faults;
    auto report = reports.begin();
    for (std::size_t i = 0; i < sources_.size() && report != reports.end(); ++i) {
        Source& source = sources_[i];
        if (source.use == Use::nothing) {
            continue;
        }
        const guide::SourceReport& read = *report++;
        source.has_programmes = read.failure.empty() && read.programmes > 0;
        const bool was_fresh = source.use == Use::fresh;
        const bool can_fall_back = was_fresh && !source.candidate.last_good.empty();
        std::string reason = read.failure;
        if (reason.empty() && !source.has_programmes && can_fall_back) {
            reason = file_of(source).string() + ": holds no programme";
        }
        if (reason.empty()) {
            continue;
        }
        source.use = can_fall_back ? Use::last_good : Use::nothing;
        faults.push_back({i, was_fresh, std::move(reason), can_fall_back});
    }
    return faults;
}

std::vector<std::size_t> GuidePlan::good_fresh_sources() const {
    std::vector<std::size_t> good;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        if (sources_[i].use == Use::fresh && sources_[i].has_programmes) {
            good.push_back(i);
        }
    }
    return good;
}

} // namespace plex_tuner::engine
