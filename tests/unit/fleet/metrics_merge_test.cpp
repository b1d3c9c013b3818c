// SPDX-License-Identifier: GPL-3.0-or-later
#include "child_probe.hpp"
#include "metrics_merge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::fleet {
namespace {

TEST(MetricsMerge, AFamilyIsThereOnceWithTheSamplesOfAll) {
    MetricsMerge merge;
    merge.add("sports", "# HELP up Up.\n# TYPE up gauge\nup 1\n"
                        "# HELP left Left.\n# TYPE left counter\nleft{reason=\"x\"} 2\n");
    merge.add("news",
        "# HELP left Left.\n# TYPE left counter\nleft{reason=\"x\"} 3\nleft{} 4\n"
        "# HELP up Up.\n# TYPE up gauge\nup 0\n# HELP more More.\nmore 5 1700000000\n");
    EXPECT_EQ(merge.text(), R"(# HELP up Up.
# TYPE up gauge
up{instance="sports"} 1
up{instance="news"} 0
# HELP left Left.
# TYPE left counter
left{instance="sports",reason="x"} 2
left{instance="news",reason="x"} 3
left{instance="news"} 4
# HELP more More.
more{instance="news"} 5 1700000000
)");
}

TEST(MetricsMerge, APartOfAHistogramStaysInItsFamily) {
    MetricsMerge merge;
    const char* const text =
        "# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 2\nh_count 1\n"
        "h_other 3\n";
    merge.add("a", text);
    merge.add("b", text);
    EXPECT_THAT(merge.text(), ::testing::StartsWith("# HELP h H.\n# TYPE h histogram\n"
                                                    "h_bucket{instance=\"a\",le=\"1\"} 1\n"
                                                    "h_sum{instance=\"a\"} 2\n"
                                                    "h_count{instance=\"a\"} 1\n"
                                                    "h_bucket{instance=\"b\""));
}

TEST(MetricsMerge, WhatIsNoSampleIsLeftOut) {
    MetricsMerge merge;
    merge.add("a", "<html>\n\nnot a\n{x} 1\nlonely\nok 1");
    EXPECT_EQ(merge.text(), "not{instance=\"a\"} a\nok{instance=\"a\"} 1\n");
}

TEST(MetricValue, IsThatOfTheWholeNameWithoutLabels) {
    const char* const text = "# HELP viewers_total x\nviewers_total 7\nviewers{a=\"b\"} 8\n"
                             "viewers 9\nmany 1.5e+06\nnone -1\nbad x\n";
    EXPECT_EQ(metric_value(text, "viewers"), 9U);
    EXPECT_EQ(metric_value(text, "viewers_total"), 7U);
    EXPECT_EQ(metric_value(text, "many"), 1'500'000U);
    EXPECT_FALSE(metric_value(text, "none"));
    EXPECT_FALSE(metric_value(text, "bad"));
    EXPECT_FALSE(metric_value(text, "absent"));
}

} // namespace
} // namespace plex_tuner::fleet
