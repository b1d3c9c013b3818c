// SPDX-License-Identifier: GPL-3.0-or-later
// The request headers a channel list asks for, in its five notations (protocols 4.3, 4.4).
#pragma once

#include <plex_tuner/provider/m3u_reader.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::provider {

/// Headers by name, each once. What may not be sent as a header is refused and counted.
class HeaderList {
public:
    static constexpr std::size_t kMaxHeaders = 32;
    static constexpr std::size_t kMaxValueBytes = 8192;

    /// Replaces a header of the same name. An empty value is ignored.
    void set(std::string_view name, std::string_view value);
    void set_all(const HeaderList& others);

    /// "User-Agent=VLC%2F3&Referer=http://x/": the part after the pipe of a URL, or the value of
    /// KODIPROP stream_headers. Values are percent-decoded, a name may have Kodi's '!' before it.
    void set_from_pairs(std::string_view pairs);
    /// {"cookie":"a=b"} of EXTHTTP; values that are no text or number are ignored.
    void set_from_json(std::string_view json);
    /// True when the attribute or option names a header (user-agent, http-referrer, …), which is
    /// set.
    [[nodiscard]] bool set_from_option(std::string_view name, std::string_view value);

    void clear();

    [[nodiscard]] bool empty() const noexcept { return items_.empty(); }

    [[nodiscard]] const std::vector<M3uPair>& items() const noexcept { return items_; }

    [[nodiscard]] std::size_t refused() const noexcept { return refused_; }

private:
    std::vector<M3uPair> items_;
    std::size_t refused_ = 0;
};

} // namespace plex_tuner::provider
