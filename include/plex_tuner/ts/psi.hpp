// SPDX-License-Identifier: GPL-3.0-or-later
// Program specific information, ISO/IEC 13818-1 section 2.4.4: PAT and PMT as values, and their
// wire form.
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/ts/codec.hpp>
#include <plex_tuner/ts/packet.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace plex_tuner::ts {

inline constexpr std::size_t kMaxSectionSize = 4096;
/// PAT and PMT sections are at most this long: section_length is 10 bits in them.
inline constexpr std::size_t kMaxPsiSectionSize = 1024;

struct PatProgram {
    std::uint16_t number = 0; ///< 0 is the network PID, no program
    std::uint16_t pid = 0;    ///< of its PMT
    friend bool operator==(const PatProgram&, const PatProgram&) = default;
};

struct Pat {
    std::uint16_t transport_stream_id = 0;
    std::uint8_t version = 0; ///< 0..31
    bool current = true;      ///< current_next_indicator; false announces a future table
    std::uint8_t section_number = 0;
    std::uint8_t last_section_number = 0;
    std::vector<PatProgram> programs{};
    friend bool operator==(const Pat&, const Pat&) = default;
};

struct ElementaryStream {
    std::uint16_t pid = 0;
    std::uint8_t stream_type = 0;
    Codec codec = Codec::unknown;
    std::string language{};                  ///< ISO 639-2 code of descriptor 0A; may be empty
    std::vector<std::uint8_t> descriptors{}; ///< raw ES info
    friend bool operator==(const ElementaryStream&, const ElementaryStream&) = default;
};

struct Pmt {
    std::uint16_t program_number = 0;
    std::uint8_t version = 0; ///< 0..31
    bool current = true;
    std::uint16_t pcr_pid = kNullPid; ///< 1FFF: none
    std::vector<std::uint8_t> descriptors{};
    std::vector<ElementaryStream> streams{};
    friend bool operator==(const Pmt&, const Pmt&) = default;
};

/// `section` is whole, from table_id to CRC; a wrong CRC, table_id or length is a parse error.
[[nodiscard]] Result<Pat> parse_pat(Bytes section);
[[nodiscard]] Result<Pmt> parse_pmt(Bytes section);

/// The section with its CRC. More programs or streams than fit kMaxPsiSectionSize are left out.
[[nodiscard]] std::vector<std::uint8_t> write_pat(const Pat& pat);
[[nodiscard]] std::vector<std::uint8_t> write_pmt(const Pmt& pmt);

/// Appends the packets that carry one section (pointer_field 0, rest stuffed with FF) to `out`; the
/// first has the counter `first_counter`. Returns how many packets it took.
std::size_t append_section_packets(
    std::uint16_t pid, Bytes section, std::uint8_t first_counter, std::vector<std::uint8_t>& out);

/// How many packets append_section_packets makes of a section of that size.
[[nodiscard]] std::size_t section_packet_count(std::size_t section_size) noexcept;

/// Collects the sections of one PID from its packets. Sections with a wrong CRC, after a counter
/// gap or in scrambled packets are dropped and counted. Pure; not thread-safe.
class SectionAssembler {
public:
    /// Calls `sink(Bytes section)` for each completed section whose CRC is right. The view is valid
    /// only during the call. Sections without CRC (section_syntax_indicator 0) are not given out.
    template <class Sink>
    void feed(PacketView packet, Sink&& sink) {
        begin(packet);
        for (Bytes section = next(); !section.empty(); section = next()) {
            sink(section);
        }
    }

    void reset() noexcept;

    [[nodiscard]] std::uint64_t damaged() const noexcept { return damaged_; }

private:
    void begin(PacketView packet);
    [[nodiscard]] Bytes next();
    [[nodiscard]] std::size_t take(Bytes bytes);
    [[nodiscard]] bool valid();
    void abandon() noexcept;

    std::vector<std::uint8_t> buffer_;
    Bytes tail_; ///< end of the section begun earlier, in the current packet
    Bytes rest_; ///< sections that begin in the current packet
    bool collecting_ = false;
    bool completed_ = false;
    bool unit_start_ = false;
    int last_counter_ = -1;
    std::uint64_t damaged_ = 0;
};

} // namespace plex_tuner::ts
