// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/program_tracker.hpp>

#include <algorithm>

namespace plex_tuner::ts {

const ElementaryStream* ProgramTables::video() const noexcept {
    const auto found = std::ranges::find_if(
        pmt.streams, [](const ElementaryStream& stream) { return is_video(stream.codec); });
    return found == pmt.streams.end() ? nullptr : &*found;
}

const ElementaryStream* ProgramTables::audio() const noexcept {
    const auto found = std::ranges::find_if(
        pmt.streams, [](const ElementaryStream& stream) { return is_audio(stream.codec); });
    return found == pmt.streams.end() ? nullptr : &*found;
}

const ElementaryStream* ProgramTables::stream(std::uint16_t pid) const noexcept {
    const auto found = std::ranges::find(pmt.streams, pid, &ElementaryStream::pid);
    return found == pmt.streams.end() ? nullptr : &*found;
}

std::uint64_t ProgramTracker::damaged_sections() const noexcept {
    return pat_assembler_.damaged() + pmt_assembler_.damaged() + malformed_;
}

void ProgramTracker::reset() {
    pat_assembler_.reset();
    pmt_assembler_.reset();
    pmt_pid_ = kNullPid;
    program_number_ = 0;
    pat_section_.clear();
    pmt_section_.clear();
    pat_.reset();
    pats_without_pmt_ = 0;
    tables_.reset();
}

bool ProgramTracker::feed_psi(std::uint16_t pid, PacketView packet) {
    bool changed = false;
    if (pid == kPatPid) {
        pat_assembler_.feed(packet, [&](Bytes section) { changed = on_pat(section) || changed; });
    } else {
        pmt_assembler_.feed(packet, [&](Bytes section) { changed = on_pmt(section) || changed; });
    }
    return changed;
}

bool ProgramTracker::on_pat(Bytes section) {
    if (std::ranges::equal(section, pat_section_)) {
        if (pmt_section_.empty() && ++pats_without_pmt_ >= kPatientPats) {
            try_next_program();
        }
        return false;
    }
    if (section[0] != 0) {
        return false; // another table on the PAT's PID
    }
    Result<Pat> pat = parse_pat(section);
    if (!pat) {
        ++malformed_;
        return false;
    }
    // Further sections exist only with more than 250 programs; the first has one to take.
    if (!pat->current || pat->section_number != 0) {
        return false;
    }
    const auto is_program = [](const PatProgram& program) {
        return program.number != 0 && program.pid != kNullPid && program.pid != kPatPid;
    };
    auto program = std::ranges::find_if(pat->programs, [&](const PatProgram& candidate) {
        return is_program(candidate) && candidate.number == program_number_;
    });
    if (program == pat->programs.end()) {
        program = std::ranges::find_if(pat->programs, is_program);
    }
    if (program == pat->programs.end()) {
        return false;
    }
    const PatProgram chosen = *program;
    pat_section_.assign(section.begin(), section.end());
    pat_ = std::move(*pat);
    follow(chosen);
    return publish();
}

bool ProgramTracker::on_pmt(Bytes section) {
    if (std::ranges::equal(section, pmt_section_) || section[0] != 2) {
        return false;
    }
    const Result<Pmt> pmt = parse_pmt(section);
    if (!pmt) {
        ++malformed_;
        return false;
    }
    if (!pmt->current || pmt->program_number != program_number_) {
        return false;
    }
    pmt_section_.assign(section.begin(), section.end());
    return publish();
}

void ProgramTracker::follow(const PatProgram& program) {
    if (program.number == program_number_ && program.pid == pmt_pid_) {
        return;
    }
    program_number_ = program.number;
    pmt_pid_ = program.pid;
    pmt_section_.clear();
    pmt_assembler_.reset();
    pats_without_pmt_ = 0;
}

void ProgramTracker::try_next_program() {
    pats_without_pmt_ = 0;
    std::vector<PatProgram> programs;
    std::ranges::copy_if(
        pat_->programs, std::back_inserter(programs), [](const PatProgram& program) {
            return program.number != 0 && program.pid != kNullPid && program.pid != kPatPid;
        });
    const auto current = std::ranges::find(programs, program_number_, &PatProgram::number);
    if (current == programs.end()) {
        return;
    }
    follow(current + 1 == programs.end() ? programs.front() : *(current + 1));
}

/// Makes the tables in force of the sections held; false while one is missing.
bool ProgramTracker::publish() {
    if (pmt_section_.empty()) {
        return false;
    }
    Result<Pmt> pmt = parse_pmt(pmt_section_);
    if (!pmt) {
        return false;
    }
    auto tables = std::make_shared<ProgramTables>();
    tables->pat = *pat_;
    tables->pmt = std::move(*pmt);
    tables->pmt_pid = pmt_pid_;
    tables->pat_section = pat_section_;
    tables->pmt_section = pmt_section_;
    tables_ = std::move(tables);
    return true;
}

} // namespace plex_tuner::ts
