// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "timeline_script.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

namespace plex_tuner::testing {

template <class T>
using ParsedWord = std::expected<T, ScriptError::Kind>;

/// The words of one statement, taken from the left. The text must outlive it.
class ScriptWords {
public:
    explicit ScriptWords(std::string_view statement);

    [[nodiscard]] bool empty() const noexcept { return next_ == words_.size(); }

    /// Takes `words` when they come next, all of them or none.
    [[nodiscard]] bool take(std::string_view words);

    [[nodiscard]] ParsedWord<std::string_view> word();
    /// "3s"
    [[nodiscard]] ParsedWord<step::Time> time();
    /// nullopt when the statement ends here.
    [[nodiscard]] ParsedWord<std::optional<step::Time>> optional_time();
    /// +TIME, -TIME, +TICKS or +2^N, in ticks of 90 kHz.
    [[nodiscard]] ParsedWord<std::int64_t> shift();
    /// "1.5x", 0.01 to 1000.
    [[nodiscard]] ParsedWord<double> factor();
    /// 1 to a million.
    [[nodiscard]] ParsedWord<std::size_t> count();
    /// "5 packets": the unit must be named, for it is what makes a script readable.
    [[nodiscard]] ParsedWord<std::size_t> count(std::string_view unit);
    /// "x3", else 1.
    [[nodiscard]] ParsedWord<std::size_t> repetitions();
    [[nodiscard]] bool repetitions_next() const;
    /// 200 to 599.
    [[nodiscard]] ParsedWord<int> status();

private:
    std::vector<std::string_view> words_;
    std::size_t next_ = 0;
};

} // namespace plex_tuner::testing
