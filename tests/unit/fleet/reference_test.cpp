// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/fleet/fleet_file.hpp>
#include <plex_tuner/fleet/status.hpp>
#include <plex_tuner/fleet/supervisor.hpp>

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::fleet {
namespace {

std::string expected_page() {
    std::string page = R"(# The supervisor's configuration, page and metrics

<!-- Generated from tables of the program; a test compares them. To write it anew:
     PT_WRITE_REFERENCE=1 build/debug/tests/unit/fleet/fleet_test --gtest_filter=FleetReference.* -->

How to use it: [supervisor.md](../supervisor.md).

## Configuration

JSON. Durations are texts (`"2s"`, `"1m30s"`) or numbers of seconds. Fields that are not known are warned about with
their path and ignored; what is of another type is an error.

| field | type | default | |
|---|---|---|---|
)";
    for (const FleetField& field : fleet_fields()) {
        page += "| `" + std::string(field.path) + "` | " + std::string(field.type) + " | " +
                std::string(field.default_text) + " | " + std::string(field.doc) + " |\n";
    }
    page += R"(
## Page

At `addr`:

| path | |
|---|---|
)";
    for (const FleetRoute& route : fleet_routes()) {
        page += "| `" + std::string(route.path) + "` | " + std::string(route.doc) + " |\n";
    }
    page += R"(
## Metrics

Besides those of the [tuners](metrics.md), each with the label `instance="<name>"`:

| metric | type | |
|---|---|---|
)";
    for (const FleetMetricDescription& metric : fleet_metrics()) {
        page += "| `" + std::string(metric.name) + "` | " + std::string(metric.type) + " | " +
                std::string(metric.help) + " |\n";
    }
    return page;
}

TEST(FleetReference, ThePageInTheDocumentationIsTheGeneratedOne) {
    const std::filesystem::path page = PT_SOURCE_DIR "/docs/reference/supervisor.md";
    const std::string expected = expected_page();
    if (std::getenv("PT_WRITE_REFERENCE") != nullptr) { // NOLINT(concurrency-mt-unsafe)
        auto file = AtomicFile::create(page);
        ASSERT_TRUE(file);
        ASSERT_TRUE(file->write(expected));
        ASSERT_TRUE(file->commit());
    }
    const auto actual = read_file(page, 1 << 20);
    ASSERT_TRUE(actual) << actual.error().message();
    EXPECT_EQ(*actual, expected) << "how to write it anew stands at the top of the page";
}

TEST(FleetReference, EveryFieldOfTheTableIsReadAndNoOther) {
    // Each with a wrong type: only a field that is read can complain.
    const ParsedFleetFile parsed = parse_fleet_file(R"({"restart": {}, "restartDelay": {},
        "failFast": {}, "hangTimeout": {}, "envFiles": {}, "addr": {}, "reaper": {}, "instances": [
        {"name": {}, "args": {}, "env": 1, "disabled": {}, "workDir": {}, "startDelay": {}}]})");
    EXPECT_THAT(parsed.warnings, ::testing::IsEmpty());
    EXPECT_EQ(parsed.problems.size() + 1, fleet_fields().size()) << "all but `instances` itself";
    for (const FleetField& field : fleet_fields()) {
        std::string path(field.path);
        if (const auto brackets = path.find("[]"); brackets != std::string::npos) {
            path.insert(brackets + 1, "0");
        }
        if (path != "instances") {
            EXPECT_THAT(parsed.problems, ::testing::Contains(::testing::StartsWith(path + ": ")));
        }
    }
}

} // namespace
} // namespace plex_tuner::fleet
