// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/hls/segment_cipher.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <openssl/evp.h>

namespace plex_tuner::hls {
namespace {

constexpr std::size_t kBlock = std::tuple_size_v<CipherBlock>;
/// Names from playlists are shown no longer than this.
constexpr std::size_t kMaxShownName = 64;

/// EVP takes lengths as int; pieces of a network read are far below.
constexpr std::size_t kMaxPiece = std::size_t{1} << 20;

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};

/// Only plain characters of a name that somebody else wrote.
[[nodiscard]] std::string shown(std::string_view name) {
    std::string text(name.substr(0, kMaxShownName));
    std::erase_if(text, [](char c) {
        return !ascii::is_alnum(c) && std::string_view("-_.:").find(c) == std::string_view::npos;
    });
    return text;
}

[[nodiscard]] unsigned char* out_of(std::string& text, std::size_t at) noexcept {
    return reinterpret_cast<unsigned char*>(text.data()) + at;
}

[[nodiscard]] const unsigned char* in_of(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// Bytes of PKCS #7 padding at the end of the last block; 0 when it has none.
[[nodiscard]] std::size_t padding_of(std::string_view block) noexcept {
    const auto count = static_cast<std::uint8_t>(block.back());
    if (count == 0 || count > kBlock) {
        return 0;
    }
    const std::string_view tail = block.substr(block.size() - count);
    const bool padded = std::ranges::all_of(tail, [&](char c) { return c == block.back(); });
    return padded ? count : 0;
}

} // namespace

Result<void> check_decryptable(const Key& key) {
    if (!ascii::iequals(key.keyformat, "identity")) {
        return fail(ErrorCode::unsupported,
            "HLS whose keys belong to " + shown(key.keyformat) + " (DRM) cannot be played");
    }
    if (key.method != KeyMethod::aes_128) {
        return fail(ErrorCode::unsupported,
            "HLS encrypted by method " + shown(key.method_name) + " cannot be played");
    }
    if (key.uri.empty()) {
        return fail(ErrorCode::parse, "the playlist does not say where the key is");
    }
    return {};
}

CipherBlock initialisation_vector(const Key& key, std::uint64_t sequence) noexcept {
    CipherBlock iv{};
    if (key.iv && key.iv->size() == iv.size()) {
        std::ranges::copy(*key.iv, iv.begin());
        return iv;
    }
    for (auto byte = iv.rbegin(); sequence != 0; ++byte, sequence >>= 8) {
        *byte = static_cast<std::uint8_t>(sequence & 0xff);
    }
    return iv;
}

struct SegmentCipher::Impl {
    std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context{EVP_CIPHER_CTX_new()};
    std::string last; ///< the newest block, which may be padding; empty before the first
    std::size_t partial = 0;
};

SegmentCipher::SegmentCipher(const CipherBlock& key, const CipherBlock& iv)
    : impl_(std::make_unique<Impl>()) {
    EVP_CIPHER_CTX* context = impl_->context.get();
    if (context == nullptr ||
        EVP_DecryptInit_ex(context, EVP_aes_128_cbc(), nullptr, key.data(), iv.data()) != 1) {
        throw std::runtime_error("AES-128 is not available in libcrypto");
    }
    // The padding is looked at here, as not every encoder writes it.
    EVP_CIPHER_CTX_set_padding(context, 0);
}

SegmentCipher::~SegmentCipher() = default;
SegmentCipher::SegmentCipher(SegmentCipher&&) noexcept = default;
SegmentCipher& SegmentCipher::operator=(SegmentCipher&&) noexcept = default;

std::string SegmentCipher::feed(std::string_view encrypted) {
    std::string plain = std::exchange(impl_->last, {});
    impl_->partial = (impl_->partial + encrypted.size()) % kBlock;
    while (!encrypted.empty()) {
        const std::string_view piece = encrypted.substr(0, kMaxPiece);
        encrypted.remove_prefix(piece.size());
        const std::size_t before = plain.size();
        plain.resize(before + piece.size() + kBlock);
        int written = 0;
        // Without padding this cannot fail: there is nothing to check.
        EVP_DecryptUpdate(impl_->context.get(), out_of(plain, before), &written, in_of(piece),
            static_cast<int>(piece.size()));
        plain.resize(before + static_cast<std::size_t>(std::max(written, 0)));
    }
    if (plain.size() >= kBlock) {
        impl_->last = plain.substr(plain.size() - kBlock);
        plain.resize(plain.size() - kBlock);
    }
    return plain;
}

Result<std::string> SegmentCipher::finish() {
    if (impl_->partial != 0) {
        return fail(ErrorCode::parse,
            "the encrypted segment is cut: its length is no multiple of 16 bytes");
    }
    std::string last = std::exchange(impl_->last, {});
    if (!last.empty()) {
        last.resize(last.size() - padding_of(last));
    }
    return last;
}

} // namespace plex_tuner::hls
