// SPDX-License-Identifier: GPL-3.0-or-later
#include "adts_repair.hpp"

#include "audio_header.hpp"
#include "bit_reader.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace plex_tuner::ts {
namespace {

constexpr std::uint32_t kProgramConfigElement = 5;
constexpr std::uint8_t kProtectionAbsent = 0x01;
constexpr std::uint8_t kConfigurationHigh = 0x01; ///< in byte 2
constexpr std::uint8_t kConfigurationLow = 0xC0;  ///< in byte 3

[[nodiscard]] bool says_nothing(Bytes header) noexcept {
    return (header[2] & kConfigurationHigh) == 0 && (header[3] & kConfigurationLow) == 0;
}

/// The elements of one direction: 's' a single channel, 'p' a pair.
struct Elements {
    std::array<char, 15> kinds{};
    std::size_t count = 0;

    [[nodiscard]] bool are(std::string_view wanted) const noexcept {
        return std::string_view(kinds.data(), count) == wanted;
    }
};

[[nodiscard]] Elements read_elements(BitReader& reader, std::size_t count) noexcept {
    constexpr unsigned kTagBits = 4;
    Elements elements{.kinds = {}, .count = count};
    for (std::size_t i = 0; i < count; ++i) {
        elements.kinds.at(i) = reader.flag() ? 'p' : 's';
        reader.skip(kTagBits);
    }
    return elements;
}

[[nodiscard]] std::uint8_t configuration_of_layout(
    const Elements& front, const Elements& side, const Elements& back, std::size_t low) noexcept {
    // Encoders describe the rear pair of 5.0 and 5.1 as side channels, too.
    const Elements& rear = back.count == 0 ? side : back;
    if (side.count != 0 && back.count != 0) {
        return 0;
    }
    if (rear.count == 0 && low == 0) {
        return front.are("s") ? 1 : front.are("p") ? 2 : front.are("sp") ? 3 : 0;
    }
    if (front.are("sp") && rear.are("s") && side.count == 0 && low == 0) {
        return 4;
    }
    if (front.are("sp") && rear.are("p") && low <= 1) {
        return low == 0 ? 5 : 6;
    }
    return front.are("spp") && rear.are("p") && side.count == 0 && low == 1 ? 7 : 0;
}

} // namespace

std::optional<std::uint8_t> configuration_of_block(Bytes block) noexcept {
    BitReader reader(block);
    if (reader.bits(3) != kProgramConfigElement) {
        return std::nullopt;
    }
    reader.skip(4 + 2 + 4); // tag, object type, sampling frequency
    const std::size_t fronts = reader.bits(4);
    const std::size_t sides = reader.bits(4);
    const std::size_t backs = reader.bits(4);
    const std::size_t lows = reader.bits(2);
    reader.skip(3); // data elements
    const std::size_t couplings = reader.bits(4);
    if (reader.flag()) {
        reader.skip(4); // mono mixdown
    }
    if (reader.flag()) {
        reader.skip(4); // stereo mixdown
    }
    if (reader.flag()) {
        reader.skip(3); // matrix mixdown
    }
    const Elements front = read_elements(reader, fronts);
    const Elements side = read_elements(reader, sides);
    const Elements back = read_elements(reader, backs);
    if (reader.overrun()) {
        return std::nullopt;
    }
    // Coupling channels belong to no configuration.
    return couplings != 0 ? std::uint8_t{0} : configuration_of_layout(front, side, back, lows);
}

class AdtsRepair::Elementary {
public:
    explicit Elementary(const StreamUnit& unit) {
        std::size_t skip = unit.header->payload_offset;
        unit.for_each_packet([&](MutablePacket packet) {
            const Bytes payload = PacketView(packet.data()).payload();
            const std::size_t begin = std::min(skip, payload.size());
            skip -= begin;
            std::uint8_t* place = packet.data() + (payload.data() - packet.data());
            for (std::size_t i = begin; i < payload.size(); ++i) {
                places_.push_back(place + i);
                bytes_.push_back(payload[i]);
            }
            return true;
        });
    }

    [[nodiscard]] Bytes bytes() const noexcept { return bytes_; }

    void set(std::size_t at, std::uint8_t bits) {
        *places_[at] |= bits;
        bytes_[at] |= bits;
    }

private:
    std::vector<std::uint8_t*> places_;
    std::vector<std::uint8_t> bytes_;
};

bool AdtsRepair::begins_with_frame(Bytes bytes) {
    if (bytes.size() < kAudioHeaderBytes) {
        return false;
    }
    const auto first = parse_audio_header(Codec::aac_adts, bytes);
    if (!first || first->frame_bytes >= bytes.size()) {
        return first && first->frame_bytes == bytes.size();
    }
    const Bytes rest = bytes.subspan(first->frame_bytes);
    if (rest.size() < kAudioHeaderBytes) {
        return true;
    }
    const auto second = parse_audio_header(Codec::aac_adts, rest);
    return second && second->continues(*first);
}

void AdtsRepair::apply(const StreamUnit& unit) {
    if (!following_) {
        // A header that lies in one packet, as it does at the start of any PES packet.
        const Bytes payload = PacketView(unit.first().data()).payload();
        const std::size_t begin = std::min(unit.header->payload_offset, payload.size());
        const Bytes start = payload.subspan(begin);
        if (start.size() < kAudioHeaderBytes || start[0] != 0xFF || !says_nothing(start)) {
            return;
        }
    }
    Elementary elementary(unit);
    if (!following_) {
        if (!begins_with_frame(elementary.bytes())) {
            return;
        }
        following_ = true;
        skip_ = 0;
        header_.clear();
    }
    const std::size_t size = elementary.bytes().size();
    std::size_t at = std::min(skip_, size);
    skip_ -= at;
    while (at < size && following_) {
        on_header_byte(elementary, at);
        ++at;
        if (header_.size() == kAudioHeaderBytes) {
            const auto header = parse_audio_header(Codec::aac_adts, header_);
            header_.clear();
            if (!header) {
                following_ = false;
                return;
            }
            const std::size_t body = header->frame_bytes - kAudioHeaderBytes;
            const std::size_t here = std::min(body, size - at);
            skip_ = body - here;
            at += here;
        }
    }
}

void AdtsRepair::on_header_byte(Elementary& unit, std::size_t at) {
    constexpr std::size_t kHigh = 2; // byte with the highest bit of the configuration
    header_.push_back(unit.bytes()[at]);
    if (header_.size() != kHigh + 1) {
        return;
    }
    const Bytes rest = unit.bytes().subspan(at + 1);
    if (rest.empty()) {
        return; // the other bits are in the next unit: this header is left alone
    }
    const std::array<std::uint8_t, 4> start{header_[0], header_[1], header_[kHigh], rest[0]};
    const bool is_header = start[0] == 0xFF && (start[1] & 0xF6) == 0xF0;
    if (!is_header || !says_nothing(start)) {
        return;
    }
    constexpr std::size_t kUntilBlock = kAudioHeaderBytes - kHigh - 1;
    const bool has_checksum = (start[1] & kProtectionAbsent) == 0;
    if (!has_checksum && rest.size() > kUntilBlock) {
        if (const auto found = configuration_of_block(rest.subspan(kUntilBlock))) {
            configuration_ = found;
        }
    }
    const std::uint8_t value = configuration_.value_or(0);
    if (has_checksum || value == 0) {
        left_alone_ = true;
        return;
    }
    unit.set(at, static_cast<std::uint8_t>(value >> 2));
    unit.set(at + 1, static_cast<std::uint8_t>((value & 3) << 6));
    repaired_ = true;
}

} // namespace plex_tuner::ts
