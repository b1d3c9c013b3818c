// SPDX-License-Identifier: GPL-3.0-or-later
// standard.hpp and GoogleTest, for the tests.
#pragma once

#include "standard.hpp"

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
