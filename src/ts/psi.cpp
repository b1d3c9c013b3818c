// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/crc32.hpp>
#include <plex_tuner/ts/psi.hpp>

#include <algorithm>

namespace plex_tuner::ts {
namespace {

constexpr std::uint8_t kPatTable = 0x00;
constexpr std::uint8_t kPmtTable = 0x02;
constexpr std::size_t kHeaderSize = 8; ///< table_id to last_section_number
constexpr std::size_t kCrcSize = 4;
constexpr std::uint8_t kLanguageDescriptor = 0x0A;
constexpr std::size_t kFirstPacketRoom = 183; ///< after the pointer_field
constexpr std::size_t kPacketRoom = 184;

std::uint16_t read16(Bytes at) noexcept {
    return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}

void put16(std::vector<std::uint8_t>& out, unsigned value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
}

/// The part between the common header and the CRC.
Result<Bytes> section_body(Bytes section, std::uint8_t table, const char* name) {
    if (section.size() < kHeaderSize + kCrcSize || section.size() > kMaxPsiSectionSize) {
        return fail(ErrorCode::parse, std::string(name) + " section of impossible size");
    }
    if (section[0] != table) {
        return fail(ErrorCode::parse, std::string(name) + " section with another table id");
    }
    if ((section[1] & 0x80) == 0 || (read16(section.subspan(1)) & 0x0FFFU) + 3U != section.size()) {
        return fail(ErrorCode::parse, std::string(name) + " section with a wrong length");
    }
    if (crc32_mpeg(section) != 0) {
        return fail(ErrorCode::parse, std::string(name) + " section with a wrong CRC");
    }
    return section.subspan(kHeaderSize, section.size() - kHeaderSize - kCrcSize);
}

std::string language_of(Bytes descriptors) {
    while (descriptors.size() >= 2 && descriptors.size() >= 2 + std::size_t{descriptors[1]}) {
        if (descriptors[0] == kLanguageDescriptor && descriptors[1] >= 3) {
            std::string language;
            for (const std::uint8_t letter : descriptors.subspan(2, 3)) {
                if (letter < 'A' || letter > 'z') {
                    return {};
                }
                language.push_back(static_cast<char>(letter));
            }
            return language;
        }
        descriptors = descriptors.subspan(2 + std::size_t{descriptors[1]});
    }
    return {};
}

/// Table header with the length left open.
std::vector<std::uint8_t> open_section(std::uint8_t table, std::uint16_t id, std::uint8_t version,
    bool current, std::uint8_t number, std::uint8_t last) {
    std::vector<std::uint8_t> out{table, 0, 0};
    put16(out, id);
    out.push_back(static_cast<std::uint8_t>(0xC0 | (version & 0x1F) << 1 | (current ? 1 : 0)));
    out.push_back(number);
    out.push_back(last);
    return out;
}

void close_section(std::vector<std::uint8_t>& section) {
    const std::size_t length = section.size() - 3 + kCrcSize;
    section[1] = static_cast<std::uint8_t>(0xB0 | length >> 8);
    section[2] = static_cast<std::uint8_t>(length);
    const std::uint32_t crc = crc32_mpeg(section);
    put16(section, crc >> 16);
    put16(section, crc & 0xFFFF);
}

/// Whether `bytes` more still leave room for the CRC.
bool fits(const std::vector<std::uint8_t>& section, std::size_t bytes) noexcept {
    return section.size() + bytes + kCrcSize <= kMaxPsiSectionSize;
}

} // namespace

Result<Pat> parse_pat(Bytes section) {
    const Result<Bytes> body = section_body(section, kPatTable, "PAT");
    if (!body) {
        return fail(body.error());
    }
    Pat pat;
    pat.transport_stream_id = read16(section.subspan(3));
    pat.version = section[5] >> 1 & 0x1F;
    pat.current = (section[5] & 1) != 0;
    pat.section_number = section[6];
    pat.last_section_number = section[7];
    for (Bytes rest = *body; rest.size() >= 4; rest = rest.subspan(4)) {
        pat.programs.push_back(
            {read16(rest), static_cast<std::uint16_t>(read16(rest.subspan(2)) & 0x1FFF)});
    }
    return pat;
}

Result<Pmt> parse_pmt(Bytes section) {
    const Result<Bytes> body = section_body(section, kPmtTable, "PMT");
    if (!body) {
        return fail(body.error());
    }
    if (body->size() < 4) {
        return fail(ErrorCode::parse, "PMT section cut short");
    }
    Pmt pmt;
    pmt.program_number = read16(section.subspan(3));
    pmt.version = section[5] >> 1 & 0x1F;
    pmt.current = (section[5] & 1) != 0;
    pmt.pcr_pid = read16(*body) & 0x1FFF;
    const std::size_t info = read16(body->subspan(2)) & 0x0FFFU;
    Bytes rest = body->subspan(4);
    if (info > rest.size()) {
        return fail(ErrorCode::parse, "PMT program descriptors longer than the section");
    }
    pmt.descriptors.assign(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(info));
    rest = rest.subspan(info);
    while (rest.size() >= 5) {
        const std::size_t size = read16(rest.subspan(3)) & 0x0FFFU;
        if (size > rest.size() - 5) {
            return fail(ErrorCode::parse, "PMT stream descriptors longer than the section");
        }
        const Bytes descriptors = rest.subspan(5, size);
        ElementaryStream stream;
        stream.stream_type = rest[0];
        stream.pid = read16(rest.subspan(1)) & 0x1FFF;
        stream.codec = codec_of(stream.stream_type, descriptors);
        stream.language = language_of(descriptors);
        stream.descriptors.assign(descriptors.begin(), descriptors.end());
        pmt.streams.push_back(std::move(stream));
        rest = rest.subspan(5 + size);
    }
    return pmt;
}

std::vector<std::uint8_t> write_pat(const Pat& pat) {
    std::vector<std::uint8_t> out = open_section(kPatTable, pat.transport_stream_id, pat.version,
        pat.current, pat.section_number, pat.last_section_number);
    for (const PatProgram& program : pat.programs) {
        if (!fits(out, 4)) {
            break;
        }
        put16(out, program.number);
        put16(out, 0xE000U | program.pid);
    }
    close_section(out);
    return out;
}

std::vector<std::uint8_t> write_pmt(const Pmt& pmt) {
    std::vector<std::uint8_t> out =
        open_section(kPmtTable, pmt.program_number, pmt.version, pmt.current, 0, 0);
    put16(out, 0xE000U | pmt.pcr_pid);
    const bool with_descriptors = fits(out, 2 + pmt.descriptors.size());
    put16(out, 0xF000U | (with_descriptors ? static_cast<unsigned>(pmt.descriptors.size()) : 0U));
    if (with_descriptors) {
        out.insert(out.end(), pmt.descriptors.begin(), pmt.descriptors.end());
    }
    for (const ElementaryStream& stream : pmt.streams) {
        if (!fits(out, 5 + stream.descriptors.size())) {
            break;
        }
        out.push_back(stream.stream_type);
        put16(out, 0xE000U | stream.pid);
        put16(out, 0xF000U | static_cast<unsigned>(stream.descriptors.size()));
        out.insert(out.end(), stream.descriptors.begin(), stream.descriptors.end());
    }
    close_section(out);
    return out;
}

std::size_t section_packet_count(std::size_t section_size) noexcept {
    return section_size <= kFirstPacketRoom
               ? 1
               : 1 + (section_size - kFirstPacketRoom + kPacketRoom - 1) / kPacketRoom;
}

std::size_t append_section_packets(
    std::uint16_t pid, Bytes section, std::uint8_t first_counter, std::vector<std::uint8_t>& out) {
    const std::size_t count = section_packet_count(section.size());
    for (std::size_t i = 0; i < count; ++i) {
        const bool first = i == 0;
        Packet packet;
        packet.fill(0xFF); // stuffing behind a section
        packet[0] = kSyncByte;
        packet[1] = static_cast<std::uint8_t>((first ? 0x40 : 0) | (pid >> 8 & 0x1F));
        packet[2] = static_cast<std::uint8_t>(pid);
        packet[3] = static_cast<std::uint8_t>(0x10 | ((first_counter + i) & 0x0F));
        std::size_t at = 4;
        if (first) {
            packet[at++] = 0; // pointer_field
        }
        const Bytes part = section.first(std::min(section.size(), kPacketSize - at));
        std::ranges::copy(part, packet.begin() + static_cast<std::ptrdiff_t>(at));
        section = section.subspan(part.size());
        out.insert(out.end(), packet.begin(), packet.end());
    }
    return count;
}

} // namespace plex_tuner::ts
