// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes, in chunks of any size, give a guide that is well-formed, holds our invariants and does
// not depend on the chunking.
#include "../../src/guide/guide_document.hpp"
#include "../unit/guide/guide_invariants.hpp"
#include "../unit/guide/memory_output.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace plex_tuner;
using namespace plex_tuner::guide;

const std::vector<GuideChannel> kLineup{
    {"1", "One", "one.example", "http://img.example/1.png"},
    {"2.1", "Two", "two.example", ""},
    {"3", "\xFFThree", "TWO.example", ""},
    {"4", "One early", "one.example", "", std::chrono::minutes(-90)},
};

// 2026-11-23 10:20 UTC, as in the seed corpus
const WallTime kNow =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::minutes(620);

/// With every option at work and the source a second time, half an hour later.
enum class Extras { none, all };

std::string build(std::string_view source, std::size_t chunk, Repair repair, Extras extras) {
    GuideOptions options;
    if (extras == Extras::all) {
        options.text = {.preferred_languages = {"en"},
            .prefer_latin = true,
            .channel_name_for_non_latin = true,
            .plex = {true, true, true, true, true}};
    }
    options.placeholder_before = std::chrono::hours(1);
    options.placeholder_after = std::chrono::hours(1);
    guide::testing::MemoryOutput output;
    GuideDocument document(kLineup, options, kNow, output);
    document.compare_sources();
    for (int round = 0; round < (extras == Extras::all ? 2 : 1); ++round) {
        GuideInput input;
        input.shift = std::chrono::minutes(30 * round);
        document.begin_source(input);
        XmltvReader reader(document, repair);
        Result<void> read;
        for (std::size_t at = 0; at < source.size() && read; at += chunk) {
            read = reader.feed(source.substr(at, chunk));
        }
        if (read) {
            read = reader.finish();
        }
        if (read) {
            document.keep_source();
        } else {
            document.drop_source("fuzz");
        }
    }
    if (!document.finish()) {
        std::abort();
    }
    return output.text();
}

void require(bool good, const std::string& what, std::string_view guide) {
    if (!good) {
        std::fprintf(
            stderr, "%s\n%.*s\n", what.c_str(), static_cast<int>(guide.size()), guide.data());
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    // The first byte chooses the chunk size.
    const std::string_view source(reinterpret_cast<const char*>(data) + 1, size - 1);
    for (const Repair repair : {Repair::text, Repair::text_and_markup}) {
        for (const Extras extras : {Extras::none, Extras::all}) {
            const std::string whole = build(source, source.size() + 1, repair, extras);
            const std::string fault = guide::testing::guide_fault(whole);
            require(fault.empty(), fault, whole);
            const std::string chunked = build(source, std::size_t{data[0]} + 1, repair, extras);
            require(chunked == whole,
                "chunks of " + std::to_string(data[0] + 1) + " give another guide", chunked);
        }
    }
    static_cast<void>(looks_like_xmltv(source));
    return 0;
}
