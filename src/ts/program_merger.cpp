// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit_collector.hpp"
#include "waiting_sound.hpp"

#include <plex_tuner/ts/clock_fields.hpp>
#include <plex_tuner/ts/program_merger.hpp>
#include <plex_tuner/ts/program_tracker.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace plex_tuner::ts {
namespace {

/// Where a time base or the stream ends, sound may last longer than pictures are decoded.
constexpr std::int64_t kTail = kTimestampHz / 2;
constexpr std::uint16_t kFirstFreePid = 0x0100;
constexpr std::uint8_t kVersions = 32;
constexpr std::uint8_t kDiscontinuityFlag = 0x80;

/// The stream that is heard; private data may turn out to be sound later on.
[[nodiscard]] const ElementaryStream* sound_of(const ProgramTables& tables) {
    if (const ElementaryStream* audio = tables.audio()) {
        return audio;
    }
    const auto unclear = std::ranges::find_if(tables.pmt.streams, [](const auto& stream) {
        return stream.codec == Codec::unknown || stream.codec == Codec::private_data;
    });
    return unclear == tables.pmt.streams.end() ? nullptr : &*unclear;
}

} // namespace

class ProgramMerger::State {
public:
    explicit State(PacketSink& sink) : sink_(sink) {}

    void feed(Bytes packets) {
        std::size_t passed = 0;
        for (std::size_t at = 0; at + kPacketSize <= packets.size(); at += kPacketSize) {
            const PacketView packet(packets.data() + at);
            if (is_passed(packet) && !begins_picture(packet)) {
                continue;
            }
            if (!is_passed(packet)) {
                pass(packets.subspan(passed, at - passed));
                passed = at + kPacketSize;
                follow_tables(packet);
            } else if (const auto time = decoding_time(packet)) {
                // With this packet the picture before is whole, also for who waits for that; and
                // who begins with the first picture gets its sound behind it.
                pass(packets.subspan(passed, at + kPacketSize - passed));
                passed = at + kPacketSize;
                const bool is_first = !sound_.has_pictures();
                sound_.advance(*time);
                if (!is_first) {
                    release(kLead);
                }
            }
        }
        pass(packets.subspan(passed));
    }

    void begin_time_base(std::uint64_t count) {
        release(kTail);
        sound_.begin_picture_base(count);
    }

    void finish() { release(kTail); }

    void feed_sound(Bytes packets) {
        const PacketRun kept = copy_packets(packets);
        for (std::size_t at = 0; at + kPacketSize <= kept.packets.size(); at += kPacketSize) {
            const auto bytes = kept.packets.subspan(at).first<kPacketSize>();
            const PacketView packet(bytes.data());
            if (packet.transport_error()) {
                continue;
            }
            if (sound_tracker_.feed(packet)) {
                follow_sound_tables();
            }
            if (sound_stream_ && packet.pid() == sound_stream_->pid) {
                collector_.feed(
                    bytes, kept.memory, [this](const StreamUnit& unit) { queue(unit); });
            }
        }
        collector_.leave(kept);
    }

    void finish_sound_piece() {
        collector_.finish([this](const StreamUnit& unit) { queue(unit); });
    }

    void abandon_sound_piece() { collector_.abandon(); }

    void begin_sound_time_base(std::uint64_t count) {
        finish_sound_piece();
        sound_.begin_time_base(count);
    }

    void change_sound() {
        finish_sound_piece();
        sound_tracker_.reset();
        sound_stream_.reset();
    }

    [[nodiscard]] const WaitingSound& sound() const noexcept { return sound_; }

private:
    [[nodiscard]] bool is_left_out(std::uint16_t pid) const {
        return std::ranges::find(left_out_, pid) != left_out_.end();
    }

    /// Tables are ours, and sound of the pictures' stream is left out.
    [[nodiscard]] bool is_passed(PacketView packet) const {
        const std::uint16_t pid = packet.pid();
        return pid != kPatPid && pid != tracker_.pmt_pid() && !is_left_out(pid);
    }

    [[nodiscard]] bool begins_picture(PacketView packet) const {
        return packet.unit_start() && packet.pid() == video_pid_;
    }

    [[nodiscard]] static std::optional<std::int64_t> decoding_time(PacketView packet) {
        const auto header = parse_pes_header(packet.payload());
        return !header ? std::nullopt : header->dts ? header->dts : header->pts;
    }

    void pass(Bytes packets) {
        if (!packets.empty()) {
            sink_.packets(packets);
        }
    }

    void follow_tables(PacketView packet) {
        const bool changed = tracker_.feed(packet);
        if (changed) {
            const ElementaryStream* video = tracker_.tables()->video();
            video_pid_ = video != nullptr ? video->pid : kNullPid;
        }
        if (tracker_.tables() && (changed || (packet.pid() == kPatPid && packet.unit_start()))) {
            send_tables();
        }
    }

    void follow_sound_tables() {
        finish_sound_piece();
        const ElementaryStream* stream = sound_of(*sound_tracker_.tables());
        if (stream == nullptr) {
            sound_stream_.reset();
        } else if (!sound_stream_ || *sound_stream_ != *stream) {
            sound_stream_ = std::make_shared<const ElementaryStream>(*stream);
        }
    }

    void queue(const StreamUnit& unit) {
        // One without a time belongs to what came before.
        const auto time = unit.header && unit.header->pts ? unit.header->pts
                          : sound_.newest() ? std::optional(timestamp_add(*sound_.newest(), 1))
                                            : std::nullopt;
        if (unit.header && time) {
            std::vector<std::uint8_t> packets;
            packets.reserve(unit.size());
            for (const PacketRun& run : unit.runs()) {
                packets.insert(packets.end(), run.packets.begin(), run.packets.end());
            }
            sound_.push({.packets = std::move(packets), .time = *time, .stream = sound_stream_});
        }
    }

    void release(std::int64_t lead) {
        if (!tracker_.tables() || video_pid_ == kNullPid) {
            return;
        }
        while (const WaitingSound::Unit* unit = sound_.next_due(lead)) {
            if (!announced_ || *announced_ != *unit->stream) {
                announced_ = unit->stream;
                send_tables();
            }
            send(*unit);
        }
    }

    void send(const WaitingSound::Unit& unit) {
        sending_ = unit.packets;
        for (std::size_t at = 0; at + kPacketSize <= sending_.size(); at += kPacketSize) {
            const auto packet = std::span(sending_).subspan(at).first<kPacketSize>();
            const PacketView view(packet.data());
            if (view.adaptation_flags() != 0) {
                packet[5] = static_cast<std::uint8_t>(packet[5] & ~kDiscontinuityFlag);
                if (view.pcr()) {
                    remove_pcr(packet);
                }
            }
            packet[1] = static_cast<std::uint8_t>((packet[1] & 0xE0) | sound_pid_ >> 8);
            packet[2] = static_cast<std::uint8_t>(sound_pid_);
            const std::uint8_t counter = view.has_payload() ? counter_ : (counter_ + 15) & 0x0F;
            packet[3] = static_cast<std::uint8_t>((packet[3] & 0xF0) | counter);
            counter_ = (counter + 1) & 0x0F;
        }
        pass(sending_);
    }

    /// A PID that the pictures' stream does not use, for good if it can be.
    void choose_sound_pid(const Pmt& pmt) {
        const auto is_taken = [&](std::uint16_t pid) {
            return pid == tracker_.pmt_pid() || pid == pmt.pcr_pid ||
                   tracker_.tables()->stream(pid) != nullptr;
        };
        if (sound_pid_ == kNullPid) {
            sound_pid_ = announced_->pid;
        }
        if (is_taken(sound_pid_) || sound_pid_ == kPatPid) {
            sound_pid_ = kFirstFreePid;
            while (is_taken(sound_pid_)) {
                ++sound_pid_;
            }
        }
    }

    void send_tables() {
        const ProgramTables& tables = *tracker_.tables();
        Pmt pmt = tables.pmt;
        pmt.version = version_;
        left_out_.clear();
        announced_ = announced_ ? announced_ : sound_.next_stream();
        if (announced_ && video_pid_ != kNullPid) {
            std::erase_if(pmt.streams, [&](const ElementaryStream& stream) {
                if (!is_audio(stream.codec)) {
                    return false;
                }
                if (stream.pid != pmt.pcr_pid) {
                    left_out_.push_back(stream.pid);
                }
                return true;
            });
            choose_sound_pid(pmt);
            pmt.streams.push_back(*announced_);
            pmt.streams.back().pid = sound_pid_;
        }
        std::vector<std::uint8_t> section = write_pmt(pmt);
        if (!pmt_section_.empty() && section != pmt_section_) {
            version_ = static_cast<std::uint8_t>((version_ + 1) % kVersions);
            pmt.version = version_;
            section = write_pmt(pmt);
        }
        pmt_section_ = std::move(section);
        const auto pat = write_pat({.transport_stream_id = tables.pat.transport_stream_id,
            .version = tables.pat.version,
            .programs = {{.number = pmt.program_number, .pid = tables.pmt_pid}}});
        table_packets_.clear();
        pat_counter_ += append_section_packets(
            kPatPid, pat, static_cast<std::uint8_t>(pat_counter_ & 0x0F), table_packets_);
        pmt_counter_ += append_section_packets(tables.pmt_pid, pmt_section_,
            static_cast<std::uint8_t>(pmt_counter_ & 0x0F), table_packets_);
        pass(table_packets_);
    }

    PacketSink& sink_;
    ProgramTracker tracker_;
    ProgramTracker sound_tracker_;
    UnitCollector collector_{UnitCollector::Content::pes};
    WaitingSound sound_;
    std::uint16_t video_pid_ = kNullPid;
    std::shared_ptr<const ElementaryStream> sound_stream_; ///< that is fed
    std::shared_ptr<const ElementaryStream> announced_;    ///< that goes out
    std::uint16_t sound_pid_ = kNullPid;                   ///< in the merged stream
    std::vector<std::uint16_t> left_out_;
    std::uint8_t counter_ = 0; ///< of the next packet of sound
    std::uint8_t version_ = 0;
    std::vector<std::uint8_t> pmt_section_;
    std::size_t pat_counter_ = 0;
    std::size_t pmt_counter_ = 0;
    std::vector<std::uint8_t> table_packets_;
    std::vector<std::uint8_t> sending_;
};

ProgramMerger::ProgramMerger(PacketSink& sink) : state_(std::make_unique<State>(sink)) {}

ProgramMerger::~ProgramMerger() = default;

void ProgramMerger::feed(Bytes packets) {
    state_->feed(packets);
}

void ProgramMerger::begin_time_base(std::uint64_t count) {
    state_->begin_time_base(count);
}

void ProgramMerger::finish() {
    state_->finish();
}

void ProgramMerger::feed_sound(Bytes packets) {
    state_->feed_sound(packets);
}

void ProgramMerger::finish_sound_piece() {
    state_->finish_sound_piece();
}

void ProgramMerger::abandon_sound_piece() {
    state_->abandon_sound_piece();
}

void ProgramMerger::begin_sound_time_base(std::uint64_t count) {
    state_->begin_sound_time_base(count);
}

void ProgramMerger::change_sound() {
    state_->change_sound();
}

std::optional<std::int64_t> ProgramMerger::sound_ahead() const noexcept {
    return state_->sound().ahead();
}

const ProgramMerger::Counters& ProgramMerger::counters() const noexcept {
    return state_->sound().counters();
}

} // namespace plex_tuner::ts
