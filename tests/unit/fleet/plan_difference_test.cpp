// SPDX-License-Identifier: GPL-3.0-or-later
#include "plan_difference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::fleet {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ChildPlan child(const char* name, const char* fingerprint) {
    ChildPlan plan;
    plan.name = name;
    plan.fingerprint = fingerprint;
    return plan;
}

TEST(PlanDifference, OnlyWhatChangedIsTouched) {
    const PlanDifference found =
        difference({child("a", "1"), child("b", "1"), child("c", "1"), child("d", "1")},
            {child("e", "1"), child("d", "1"), child("b", "2"), child("a", "1")});
    EXPECT_THAT(found.unchanged, ElementsAre("d", "a")) << "the order is no change";
    EXPECT_THAT(found.changed, ElementsAre("b"));
    EXPECT_THAT(found.added, ElementsAre("e"));
    EXPECT_THAT(found.removed, ElementsAre("c"));
}

TEST(PlanDifference, AnotherNameIsAnotherChild) {
    const PlanDifference found = difference({child("a", "1")}, {child("b", "1")});
    EXPECT_THAT(found.unchanged, IsEmpty());
    EXPECT_THAT(found.added, ElementsAre("b"));
    EXPECT_THAT(found.removed, ElementsAre("a"));
}

} // namespace
} // namespace plex_tuner::fleet
