// SPDX-License-Identifier: GPL-3.0-or-later
#include "line_splitter.hpp"

#include <algorithm>

namespace plex_tuner::fleet {

void LineSplitter::feed(std::string_view bytes, const Line& line) {
    while (!bytes.empty()) {
        const std::size_t end_of_line = bytes.find('\n');
        add(bytes.substr(0, end_of_line));
        if (end_of_line == std::string_view::npos) {
            return;
        }
        end(line);
        bytes.remove_prefix(end_of_line + 1);
    }
}

void LineSplitter::finish(const Line& line) {
    if (!pending_.empty()) {
        end(line);
    }
}

void LineSplitter::add(std::string_view part) {
    const std::size_t room = max_line_ - pending_.size();
    is_cut_ = is_cut_ || part.size() > room;
    pending_ += part.substr(0, room);
}

void LineSplitter::end(const Line& line) {
    if (is_cut_) {
        pending_ += kCut;
    } else if (pending_.ends_with('\r')) {
        pending_.pop_back();
    }
    line(pending_);
    pending_.clear();
    is_cut_ = false;
    if (pending_.capacity() > max_line_ / 4) {
        pending_.shrink_to_fit(); // one long line is no reason to keep its memory
    }
}

} // namespace plex_tuner::fleet
