// SPDX-License-Identifier: GPL-3.0-or-later
// How well channels find their guide: precision and recall of each tier on the labelled set of
// tests/data/epg, and how long a lineup of 6,207 channels takes.
// Usage: matching [-v]   (-v prints every channel that was matched wrongly or not at all)
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/epg/matcher.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace plex_tuner;

struct Labelled {
    std::string name;
    std::string tvg_id;
    std::string group;
    std::string expected;
};

std::vector<std::string> columns(const std::string& line) {
    std::vector<std::string> out(1);
    for (const char c : line) {
        if (c == '\t') {
            out.emplace_back();
        } else if (c != '\r') {
            out.back() += c;
        }
    }
    return out;
}

template <class Row>
void each_row(const std::string& file, const Row& row) {
    std::ifstream in(std::string(PT_TEST_DATA_DIR) + "/epg/" + file);
    if (!in) {
        std::fprintf(stderr, "no %s\n", file.c_str());
        std::exit(EXIT_FAILURE);
    }
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with('#') || line.starts_with("##")) {
            row(columns(line));
        }
    }
}

struct Tier {
    std::size_t right = 0;
    std::size_t wrong = 0;
};

void print(const char* what, const Tier& tier, std::size_t matchable) {
    const auto all = static_cast<double>(tier.right + tier.wrong);
    std::printf("  %-34s %5zu right %4zu wrong   precision %6.2f %%   recall %6.2f %%\n", what,
        tier.right, tier.wrong, all > 0 ? 100 * static_cast<double>(tier.right) / all : 100.0,
        100 * static_cast<double>(tier.right) / static_cast<double>(matchable));
}

} // namespace

int main(int argc, char** argv) {
    const bool verbose = argc > 1 && std::string_view(argv[1]) == "-v";
    std::vector<guide::SourceChannel> channels;
    each_row("guide_channels.tsv", [&](const std::vector<std::string>& row) {
        channels.push_back({row[0], {row.begin() + 1, row.end()}});
    });
    std::vector<Labelled> labelled;
    each_row("labelled.tsv", [&](std::vector<std::string> row) {
        row.resize(4);
        labelled.push_back({row[0], row[1], row[2], row[3]});
    });
    const epg::Aliases aliases;
    const epg::Matcher matcher(channels, aliases, {.apply_scored = true});
    std::map<epg::Method, Tier> tiers;
    Tier unasked;
    Tier applied;
    Tier suggested;
    std::size_t matchable = 0;
    for (const Labelled& row : labelled) {
        matchable += row.expected.empty() ? 0 : 1;
        const epg::Match match = matcher.match({row.name, row.tvg_id, row.group});
        const bool right = ascii::iequals(match.xmltv_id, row.expected);
        if (match.method != epg::Method::none) {
            Tier& tier = tiers[match.method];
            ++(right ? tier.right : tier.wrong);
            ++(right ? applied.right : applied.wrong);
            if (match.method != epg::Method::scored) {
                ++(right ? unasked.right : unasked.wrong);
            }
        } else if (!match.alternatives.empty()) {
            const bool among = std::ranges::any_of(match.alternatives,
                [&](const auto& one) { return ascii::iequals(one.xmltv_id, row.expected); });
            ++(among ? suggested.right : suggested.wrong);
        }
        if (verbose && !right) {
            std::printf("%-13s %-44s [%s] got %s, wanted %s; %s%s\n",
                std::string(to_string(match.method)).c_str(), row.name.c_str(), row.group.c_str(),
                match.xmltv_id.c_str(), row.expected.c_str(), match.reason.c_str(),
                match.alternatives.empty() ? ""
                                           : ("; first " + match.alternatives[0].xmltv_id).c_str());
        }
    }
    std::printf("labelled: %zu channels, %zu of them in a guide of %zu\n", labelled.size(),
        matchable, channels.size());
    for (const auto& [method, tier] : tiers) {
        print(std::string(to_string(method)).c_str(), tier, matchable);
    }
    print("applied without being asked", unasked, matchable);
    print("applied with scored matches on", applied, matchable);
    print("right one among the suggestions", suggested, matchable);

    constexpr std::size_t kChannels = 6'207;
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < kChannels; ++i) {
        const Labelled& row = labelled[i % labelled.size()];
        (void)matcher.match({row.name, row.tvg_id, row.group});
    }
    std::printf("  %-34s %9.0f ms\n", "6207 channels matched in",
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
            .count());
    return 0;
}
