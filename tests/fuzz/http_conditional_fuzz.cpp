// SPDX-License-Identifier: GPL-3.0-or-later
// Conditional and range fields. Each line of the input is one field; the selection must always lie
// inside the content.
#include <plex_tuner/net/accept_encoding.hpp>
#include <plex_tuner/net/conditional.hpp>
#include <plex_tuner/net/http_date.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plex_tuner;
    using namespace plex_tuner::net;
    constexpr WallTime kModified{std::chrono::seconds(784111777)};
    constexpr WallTime kNow{std::chrono::seconds(1790000000)};

    const std::string text(data, data + size);
    Request request;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
            request.headers.add(
                std::string(line.substr(0, colon)), std::string(line.substr(colon + 1)));
        }
        if (const auto date = parse_http_date(line, kNow)) {
            if (parse_http_date(format_http_date(*date), kNow) != date) {
                std::abort();
            }
        }
    }
    const Validators validators{"\"v1\"", kModified};
    for (const std::uint64_t length : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{100}}) {
        const Selection selection =
            select_content(request, validators, length, RangePolicy::single, kNow);
        if (selection.offset > length || selection.length > length - selection.offset) {
            std::abort();
        }
        if (selection.status == 206 && selection.length == 0) {
            std::abort();
        }
    }
    static_cast<void>(accepts_encoding(request, "gzip"));
    return 0;
}
