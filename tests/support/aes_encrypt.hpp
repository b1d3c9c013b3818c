// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <openssl/evp.h>

namespace plex_tuner::testing {

/// AES-128 in CBC mode with libcrypto's own PKCS #7 padding, in one piece: what an encoder does.
inline std::string encrypt(std::string_view plain, const std::array<std::uint8_t, 16>& key,
    const std::array<std::uint8_t, 16>& iv) {
    std::string out(plain.size() + 16, '\0');
    int written = 0;
    int rest = 0;
    auto* const bytes = reinterpret_cast<unsigned char*>(out.data());
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(context, EVP_aes_128_cbc(), nullptr, key.data(), iv.data());
    EVP_EncryptUpdate(context, bytes, &written,
        reinterpret_cast<const unsigned char*>(plain.data()), static_cast<int>(plain.size()));
    EVP_EncryptFinal_ex(context, bytes + written, &rest);
    EVP_CIPHER_CTX_free(context);
    out.resize(static_cast<std::size_t>(written) + static_cast<std::size_t>(rest));
    return out;
}

} // namespace plex_tuner::testing
