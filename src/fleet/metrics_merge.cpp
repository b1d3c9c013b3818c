// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics_merge.hpp"

#include <algorithm>

namespace plex_tuner::fleet {

namespace {

/// "name" of "# HELP name …"; empty for what is none.
std::string_view described(std::string_view line, std::string_view word) {
    if (!line.starts_with(word)) {
        return {};
    }
    line.remove_prefix(word.size());
    return line.substr(0, line.find(' '));
}

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == ':';
}

/// The samples of a histogram or summary are named after their family.
bool is_part_of(std::string_view name, std::string_view family) {
    if (family.empty() || !name.starts_with(family)) {
        return false;
    }
    name.remove_prefix(family.size());
    return name == "_bucket" || name == "_sum" || name == "_count";
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == '"') {
            out += '\\';
        }
        out += c;
    }
    return out;
}

} // namespace

MetricsMerge::Family& MetricsMerge::family_of(std::string_view name) {
    const auto found = places_.find(name);
    if (found != places_.end()) {
        return families_[found->second];
    }
    places_.emplace(name, families_.size());
    return families_.emplace_back(Family{.name = std::string(name), .head = {}, .samples = {}});
}

void MetricsMerge::add(std::string_view instance, std::string_view text) {
    const std::string label = "instance=\"" + escaped(instance) + "\"";
    std::string_view current; // the family that was described last
    std::string head;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.starts_with('#')) {
            for (const char* const word : {"# HELP ", "# TYPE "}) {
                const std::string_view name = described(line, word);
                if (name.empty()) {
                    continue;
                }
                if (name != current) {
                    head.clear();
                    current = name;
                }
                head.append(line).append("\n");
            }
            continue;
        }
        const auto name_end = static_cast<std::size_t>(
            std::ranges::find_if_not(line, is_name_character) - line.begin());
        if (name_end == 0 || name_end == line.size()) {
            continue;
        }
        const std::string_view name = line.substr(0, name_end);
        const std::string_view rest = line.substr(name_end);
        Family& family = family_of(is_part_of(name, current) ? current : name);
        if (family.head.empty()) {
            family.head = head;
        }
        family.samples.append(name).append("{").append(label);
        if (rest.starts_with('{')) {
            family.samples.append(rest.starts_with("{}") ? "" : ",").append(rest.substr(1));
        } else {
            family.samples.append("}").append(rest);
        }
        family.samples.append("\n");
    }
}

void MetricsMerge::add_sample(
    std::string_view family_name, std::string_view head, std::string_view sample) {
    Family& family = family_of(family_name);
    if (family.head.empty()) {
        family.head = head;
    }
    family.samples.append(sample).append("\n");
}

std::string MetricsMerge::text() const {
    std::string out;
    for (const Family& family : families_) {
        out.append(family.head).append(family.samples);
    }
    return out;
}

} // namespace plex_tuner::fleet
