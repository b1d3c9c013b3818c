// SPDX-License-Identifier: GPL-3.0-or-later
#include "iconv_decoder.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

#include <iconv.h>

namespace plex_tuner::guide {
namespace {

constexpr std::size_t kMaxNameBytes = 40;
constexpr char32_t kReplacement = 0xFFFD;

struct Superset {
    std::string_view declared;
    std::string_view meant;
};

/// Feeds that declare the narrow set hold characters of the wide one (as browsers read them, WHATWG
/// Encoding 4.2).
constexpr std::array kSupersets{Superset{"gb2312", "GB18030"}, Superset{"gbk", "GB18030"},
    Superset{"shift_jis", "CP932"}, Superset{"shift-jis", "CP932"}, Superset{"sjis", "CP932"},
    Superset{"x-sjis", "CP932"}, Superset{"euc-kr", "CP949"}, Superset{"ks_c_5601-1987", "CP949"},
    Superset{"big5", "BIG5-HKSCS"}};

/// A name is looked up as a file, and may carry instructions behind slashes.
[[nodiscard]] bool is_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= kMaxNameBytes && ascii::is_alnum(text.front()) &&
           std::ranges::all_of(text, [](char c) {
               return ascii::is_alnum(c) || c == '-' || c == '_' || c == ':' || c == '+';
           });
}

[[nodiscard]] bool failed(std::size_t converted) noexcept {
    return converted == static_cast<std::size_t>(-1);
}

} // namespace

void IconvDecoder::Close::operator()(void* converter) const noexcept {
    ::iconv_close(converter);
}

std::optional<IconvDecoder> IconvDecoder::open(std::string_view name) {
    if (!is_name(name)) {
        return std::nullopt;
    }
    for (const Superset& superset : kSupersets) {
        if (ascii::iequals(superset.declared, name)) {
            name = superset.meant;
        }
    }
    const iconv_t converter = ::iconv_open("UTF-8", std::string(name).c_str());
    // NOLINTNEXTLINE(performance-no-int-to-ptr): POSIX defines the failure so
    if (converter == reinterpret_cast<iconv_t>(-1)) {
        return std::nullopt;
    }
    return IconvDecoder(converter);
}

void IconvDecoder::append(std::string& out, std::string_view in) {
    in_ += in;
    char* from = in_.data();
    std::size_t left = in_.size();
    std::array<char, 4096> buffer;
    while (left > 0) {
        char* to = buffer.data();
        std::size_t room = buffer.size();
        const bool stopped = failed(::iconv(converter_.get(), &from, &left, &to, &room));
        const int reason = errno;
        out.append(buffer.data(), to);
        if (stopped && reason == EINVAL) {
            break; // the rest of the character comes with the next bytes
        }
        if (stopped && reason != E2BIG) {
            utf8::append(out, kReplacement);
            ++from;
            --left;
        }
    }
    in_.erase(0, in_.size() - left);
}

void IconvDecoder::finish(std::string& out) {
    std::array<char, 64> buffer;
    char* to = buffer.data();
    std::size_t room = buffer.size();
    static_cast<void>(::iconv(converter_.get(), nullptr, nullptr, &to, &room));
    out.append(buffer.data(), to);
    if (!in_.empty()) {
        utf8::append(out, kReplacement);
        in_.clear();
    }
}

} // namespace plex_tuner::guide
