// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/psi.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace plex_tuner::ts {

/// The tables of a program in force: parsed, and as sections for viewers who join. Immutable.
struct ProgramTables {
    Pat pat;
    Pmt pmt;
    std::uint16_t pmt_pid = kNullPid;
    std::vector<std::uint8_t> pat_section;
    std::vector<std::uint8_t> pmt_section;

    /// First video stream, nullptr for a radio programme.
    [[nodiscard]] const ElementaryStream* video() const noexcept;
    /// First audio stream.
    [[nodiscard]] const ElementaryStream* audio() const noexcept;
    [[nodiscard]] const ElementaryStream* stream(std::uint16_t pid) const noexcept;
};

/// Follows PAT and PMT of a stream and holds the tables in force. Of several programs it takes the
/// first of the PAT and stays with its number while the PAT lists it; a program whose PMT does not
/// come within kPatientPats repetitions of the PAT is passed over (filtered multiplexes often keep
/// the whole PAT). While a new PMT is awaited the old tables stay. Pure; not thread-safe.
class ProgramTracker {
public:
    static constexpr int kPatientPats = 10;

    /// True when the tables in force changed with this packet. Packets of other PIDs cost one
    /// comparison.
    bool feed(PacketView packet) {
        const std::uint16_t pid = packet.pid();
        return follows(pid) && feed_psi(pid, packet);
    }

    /// Whether packets of that PID are looked at.
    [[nodiscard]] bool follows(std::uint16_t pid) const noexcept {
        return (pid == kPatPid || pid == pmt_pid_) && pid != kNullPid;
    }

    /// nullptr until a PAT and a PMT have been seen. Changes of version and content make a new
    /// object.
    [[nodiscard]] const std::shared_ptr<const ProgramTables>& tables() const noexcept {
        return tables_;
    }

    [[nodiscard]] std::uint16_t pmt_pid() const noexcept { return pmt_pid_; }

    /// PAT or PMT sections dropped for a wrong CRC or form.
    [[nodiscard]] std::uint64_t damaged_sections() const noexcept;

    /// Forgets everything: a new upstream begins.
    void reset();

private:
    bool feed_psi(std::uint16_t pid, PacketView packet);
    bool on_pat(Bytes section);
    bool on_pmt(Bytes section);
    void follow(const PatProgram& program);
    void try_next_program();
    bool publish();

    SectionAssembler pat_assembler_;
    SectionAssembler pmt_assembler_;
    std::uint16_t pmt_pid_ = kNullPid;
    std::uint16_t program_number_ = 0;
    std::vector<std::uint8_t> pat_section_;
    std::vector<std::uint8_t> pmt_section_;
    std::optional<Pat> pat_;
    std::uint64_t malformed_ = 0;
    int pats_without_pmt_ = 0;
    std::shared_ptr<const ProgramTables> tables_;
};

} // namespace plex_tuner::ts
