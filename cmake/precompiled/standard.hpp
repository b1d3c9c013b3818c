// SPDX-License-Identifier: GPL-3.0-or-later
// Headers of the standard library that most files read. Only a build is faster for it: every file
// still includes what it uses, which the `static` preset checks by building without this one.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>
