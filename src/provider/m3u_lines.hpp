// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace plex_tuner::provider {

/// Cuts pushed bytes into lines that end in LF, CRLF or a lone CR. A line longer than the limit is
/// never held: its start comes out once, marked as cut, and the rest up to its end is dropped.
class LineSplitter {
public:
    struct Line {
        std::string_view text; ///< without the line end
        std::size_t number;    ///< 1-based
        bool cut;              ///< too long: `text` is only its first bytes
    };

    using Callback = std::function<void(const Line&)>;

    LineSplitter(std::size_t max_line, Callback callback);

    void feed(std::string_view bytes);
    /// The last line may lack its end.
    void finish();

private:
    void end_line(std::string_view rest);
    void hold(std::string_view part);

    void emit(std::string_view text, bool cut) { callback_({text, number_, cut}); }

    std::size_t max_line_;
    Callback callback_;
    std::string held_;
    std::size_t number_ = 1;
    bool dropping_ = false;
    bool after_cr_ = false;
};

} // namespace plex_tuner::provider
