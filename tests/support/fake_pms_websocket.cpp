// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_pms_websocket.hpp"

#include <array>
#include <cstdint>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

namespace plex_tuner::testing {

namespace {

constexpr std::string_view kProtocolGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr unsigned kWholeText = 0x81;
constexpr std::size_t kMaxShort = 125;
constexpr std::size_t kMaxMedium = 65'535;

} // namespace

std::string websocket_handshake(std::string_view key) {
    const std::string text = std::string(key).append(kProtocolGuid);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> base64{};
    const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
    return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Accept: " +
           std::string(base64.begin(), base64.begin() + length) + "\r\n\r\n";
}

std::string websocket_text(std::string_view text) {
    std::string frame(1, static_cast<char>(kWholeText));
    const auto append = [&](std::uint64_t value, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            frame += static_cast<char>(value >> shift);
        }
    };
    if (text.size() <= kMaxShort) {
        append(text.size(), 1);
    } else if (text.size() <= kMaxMedium) {
        frame += '\x7e';
        append(text.size(), 2);
    } else {
        frame += '\x7f';
        append(text.size(), 8);
    }
    return frame.append(text);
}

std::string websocket_notification(const std::string& event, const std::string& data) {
    using nlohmann::json;
    json notification = json::parse(data, nullptr, false);
    if (!notification.is_object() || notification.contains("NotificationContainer")) {
        return data;
    }
    for (auto& [key, value] : notification.items()) {
        if (value.is_object()) {
            value = json::array({value});
        }
    }
    notification["type"] = event;
    notification["size"] = 1;
    return json{{"NotificationContainer", std::move(notification)}}.dump();
}

} // namespace plex_tuner::testing
