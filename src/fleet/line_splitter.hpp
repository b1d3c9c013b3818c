// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace plex_tuner::fleet {

/// Cuts what a process writes into lines. A longer line is cut at the limit and says so; the rest
/// of it is left out.
class LineSplitter {
public:
    static constexpr std::size_t kMaxLine = std::size_t{1} << 20;
    static constexpr std::string_view kCut = " [cut]";

    using Line = std::function<void(std::string_view)>;

    explicit LineSplitter(std::size_t max_line = kMaxLine) : max_line_(max_line) {}

    /// Calls `line` for each line that is complete now, without its end ("\n" or "\r\n").
    void feed(std::string_view bytes, const Line& line);
    /// What came last without a line end.
    void finish(const Line& line);

private:
    void add(std::string_view part);
    void end(const Line& line);

    std::size_t max_line_;
    std::string pending_;
    bool is_cut_ = false;
};

} // namespace plex_tuner::fleet
