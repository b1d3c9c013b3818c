// SPDX-License-Identifier: GPL-3.0-or-later
#include "ancestor_names.hpp"
#include "field.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::config {
namespace {

TEST(AncestorNames, KnowsWhatIsNotSupportedYet) {
    for (const std::string_view name :
        {"DVR_UUID", "WEBSAFE_JOIN_DELAY_MS", "HDHR_TUNER_COUNT", "TS_INSPECT"}) {
        EXPECT_TRUE(is_ancestor_variable(name)) << name;
    }
    EXPECT_FALSE(is_ancestor_variable("NO_SUCH_NAME"));
}

TEST(AncestorNames, NothingIsBothSupportedAndNot) {
    for (const Field& field : fields()) {
        EXPECT_FALSE(is_ancestor_variable(field.name)) << field.name;
    }
}

} // namespace
} // namespace plex_tuner::config
