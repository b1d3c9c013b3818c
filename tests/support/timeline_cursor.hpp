// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "timeline_script.hpp"

#include <cstddef>
#include <utility>

namespace plex_tuner::testing {

/// Where a script stands. Not thread-safe.
class TimelineCursor {
public:
    explicit TimelineCursor(Script script) : script_(std::move(script)) {}

    [[nodiscard]] const Step& step() const { return script_[position_]; }

    /// The statement is over: the next one, or the last one again.
    void advance() {
        used_ = 0;
        position_ += position_ + 1 < script_.size() ? 1 : 0;
    }

    /// It has been used once of `times`; over after the last.
    void use(std::size_t times) {
        if (++used_ >= times) {
            advance();
        }
    }

    [[nodiscard]] bool at_last() const { return position_ + 1 == script_.size(); }

    void rewind() {
        used_ = 0;
        position_ = 0;
    }

    [[nodiscard]] const Script& script() const noexcept { return script_; }

private:
    Script script_;
    std::size_t position_ = 0;
    std::size_t used_ = 0;
};

} // namespace plex_tuner::testing
