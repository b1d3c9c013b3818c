// SPDX-License-Identifier: GPL-3.0-or-later
#include "m3u_lines.hpp"

#include <utility>

namespace plex_tuner::provider {

LineSplitter::LineSplitter(std::size_t max_line, Callback callback)
    : max_line_(max_line), callback_(std::move(callback)) {}

void LineSplitter::feed(std::string_view bytes) {
    std::size_t at = 0;
    std::size_t line_feed = bytes.find('\n');
    while (at < bytes.size()) {
        if (after_cr_) {
            after_cr_ = false;
            if (at == line_feed) {
                line_feed = bytes.find('\n', ++at);
                continue;
            }
        }
        const std::string_view line = bytes.substr(at, line_feed - at);
        if (const std::size_t cr = line.find('\r'); cr != std::string_view::npos) {
            end_line(line.substr(0, cr));
            after_cr_ = true;
            at += cr + 1;
        } else if (line_feed == std::string_view::npos) {
            hold(line);
            return;
        } else {
            end_line(line);
            at = line_feed + 1;
            line_feed = bytes.find('\n', at);
        }
    }
}

void LineSplitter::finish() {
    if (!held_.empty()) {
        end_line({});
    }
}

void LineSplitter::hold(std::string_view part) {
    if (dropping_) {
        return;
    }
    if (held_.size() + part.size() <= max_line_) {
        held_.append(part);
        return;
    }
    held_.append(part.substr(0, max_line_ - held_.size()));
    emit(held_, true);
    held_.clear();
    dropping_ = true;
}

void LineSplitter::end_line(std::string_view rest) {
    if (dropping_ || held_.size() + rest.size() > max_line_) {
        hold(rest);
        dropping_ = false;
    } else if (held_.empty()) {
        emit(rest, false);
    } else {
        held_.append(rest);
        emit(held_, false);
        held_.clear();
    }
    ++number_;
}

} // namespace plex_tuner::provider
