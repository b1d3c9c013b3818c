// SPDX-License-Identifier: GPL-3.0-or-later
// Of the static binary: the converters of the C library are modules, which it would load from a
// machine whose C library may be another one.
#include "iconv_decoder.hpp"

namespace plex_tuner::guide {

void IconvDecoder::Close::operator()(void* /*converter*/) const noexcept {}

std::optional<IconvDecoder> IconvDecoder::open(std::string_view /*name*/) {
    return std::nullopt;
}

void IconvDecoder::append(std::string& /*out*/, std::string_view /*in*/) {}

void IconvDecoder::finish(std::string& /*out*/) {}

} // namespace plex_tuner::guide
