// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::fleet {

/// Metrics of several processes as one text (Prometheus text exposition format 0.0.4): each family
/// once, with the label instance="<name>" on the samples of each process.
class MetricsMerge {
public:
    /// The answer of one process. Lines that are no sample are left out.
    void add(std::string_view instance, std::string_view text);

    /// A sample of our own, whose family `head` ("# HELP …\n# TYPE …\n") describes.
    void add_sample(std::string_view family, std::string_view head, std::string_view sample);

    [[nodiscard]] std::string text() const;

private:
    struct Family {
        std::string name;
        std::string head;
        std::string samples;
    };

    Family& family_of(std::string_view name);

    std::vector<Family> families_; ///< in the order they came
    std::map<std::string, std::size_t, std::less<>> places_;
};

} // namespace plex_tuner::fleet
