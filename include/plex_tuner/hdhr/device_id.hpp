// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::hdhr {

/// An HDHomeRun device id: 32 bits whose last hex digit is a check digit (HDHomeRun protocol; the
/// official client library sends nothing to a device whose id fails it). Always valid.
class DeviceId {
public:
    /// True when the check digit of `value` is right and it is not one of the wildcards.
    [[nodiscard]] static bool is_valid(std::uint32_t value) noexcept;

    /// `value` with its last hex digit replaced by the right one.
    [[nodiscard]] static DeviceId corrected(std::uint32_t value) noexcept;

    /// An id in a range that clients do not take for legacy hardware, made from `seed`.
    [[nodiscard]] static DeviceId from_seed(std::uint64_t seed) noexcept;

    /// 1 to 8 hex digits, with or without 0x; nullopt when it is something else.
    [[nodiscard]] static std::optional<std::uint32_t> parse_hex(std::string_view text) noexcept;

    [[nodiscard]] std::uint32_t value() const noexcept { return value_; }

    /// 8 upper-case hex digits: the form of every document.
    [[nodiscard]] std::string text() const;

    friend bool operator==(DeviceId, DeviceId) = default;

private:
    explicit DeviceId(std::uint32_t value) noexcept : value_(value) {}

    std::uint32_t value_;
};

/// The id of a configured text. A valid id is taken as it is; another hex number gets its check
/// digit corrected; any other text (a name) is hashed to an id. `warning` says what was changed and
/// why, and is empty when nothing was.
struct ConfiguredDeviceId {
    DeviceId id;
    std::string warning;
};

[[nodiscard]] ConfiguredDeviceId device_id_from_configuration(std::string_view text);

} // namespace plex_tuner::hdhr
