// SPDX-License-Identifier: GPL-3.0-or-later
#include "program_map.hpp"

#include <algorithm>

namespace plex_tuner::ts {

namespace {

constexpr std::uint16_t kFirstFreePid = 0x0100;
constexpr std::uint8_t kVersions = 32;

ProgramMap::Kind kind_of(Codec codec) {
    return is_video(codec)   ? ProgramMap::Kind::video
           : is_audio(codec) ? ProgramMap::Kind::audio
                             : ProgramMap::Kind::other;
}

} // namespace

ProgramMap::Place* ProgramMap::find(Kind kind, const ElementaryStream& stream) {
    Place* best = nullptr;
    int best_score = -1;
    for (Place& place : places_) {
        if (place.kind != kind || place.source_pid) {
            continue;
        }
        const int score =
            (place.codec == stream.codec ? 1 : 0) + (place.language == stream.language ? 2 : 0);
        // A subtitle is no place for data of another kind.
        if (score > best_score && (kind != Kind::other || place.codec == stream.codec)) {
            best = &place;
            best_score = score;
        }
    }
    return best;
}

std::uint16_t ProgramMap::free_pid(std::uint16_t wanted) const {
    const auto is_free = [&](std::uint16_t pid) {
        return pid != pmt_pid_ &&
               std::ranges::none_of(places_, [pid](const Place& p) { return p.pid == pid; });
    };
    if (wanted != kNullPid && is_free(wanted)) {
        return wanted;
    }
    std::uint16_t pid = kFirstFreePid;
    while (!is_free(pid)) {
        ++pid;
    }
    return pid;
}

void ProgramMap::adopt(const ProgramTables& source) {
    if (pmt_pid_ == kNullPid) {
        transport_stream_id_ = source.pat.transport_stream_id;
        program_number_ = source.pmt.program_number;
        pmt_pid_ = source.pmt_pid;
    }
    descriptors_ = source.pmt.descriptors;
    own_clock_.reset();
    for (Place& place : places_) {
        place.source_pid.reset();
        place.stream.reset();
        place.announced = true;
    }
    source_clock_pid_ = source.pmt.pcr_pid;
    for (const ElementaryStream& stream : source.pmt.streams) {
        const bool is_double = std::ranges::any_of(
            places_, [&](const Place& place) { return place.source_pid == stream.pid; });
        if (is_double) {
            continue;
        }
        const Kind kind = kind_of(stream.codec);
        Place* place = find(kind, stream);
        if (place == nullptr) {
            const std::uint16_t pid = free_pid(stream.pid);
            place = &places_.emplace_back();
            place->kind = kind;
            place->pid = pid;
        }
        place->codec = stream.codec;
        place->language = stream.language;
        place->source_pid = stream.pid;
        place->stream = stream;
    }
    const bool has_clock = source_clock_pid_ == kNullPid || find_clock();
    if (!has_clock) {
        const auto clock = std::ranges::find(places_, Kind::clock, &Place::kind);
        const std::uint16_t pid = free_pid(source_clock_pid_);
        Place& place = clock != places_.end() ? *clock : places_.emplace_back();
        if (place.pid == kNullPid) {
            place.kind = Kind::clock;
            place.pid = pid;
        }
        place.source_pid = source_clock_pid_;
    }
    look_up();
}

void ProgramMap::correct(const ElementaryStream& stream) {
    const auto held = std::ranges::find_if(places_,
        [&](const Place& place) { return place.stream && place.source_pid == stream.pid; });
    if (held == places_.end()) {
        return;
    }
    const Kind kind = kind_of(stream.codec);
    Place* place = held->kind == kind ? &*held : find(kind, stream);
    if (place == nullptr) {
        place = &*held;
    } else if (place != &*held) {
        held->source_pid.reset();
        held->stream.reset();
    }
    place->kind = kind;
    place->codec = stream.codec;
    place->language = stream.language;
    place->source_pid = stream.pid;
    place->stream = stream;
    look_up();
}

void ProgramMap::announce(std::size_t place, bool announced) {
    places_[place].announced = announced;
    look_up();
}

void ProgramMap::set_clock(std::optional<std::size_t> place) {
    own_clock_ = place;
    look_up();
}

void ProgramMap::look_up() noexcept {
    main_ = find_main();
    clock_ = own_clock_ ? own_clock_ : find_clock();
}

std::optional<std::size_t> ProgramMap::find_main() const noexcept {
    for (const Kind kind : {Kind::video, Kind::audio}) {
        for (std::size_t i = 0; i < places_.size(); ++i) {
            if (places_[i].kind == kind && places_[i].source_pid && places_[i].announced) {
                return i;
            }
        }
    }
    return std::nullopt;
}

std::optional<std::size_t> ProgramMap::find_clock() const noexcept {
    const auto place = std::ranges::find_if(
        places_, [&](const Place& one) { return one.source_pid == source_clock_pid_; });
    return place == places_.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(place - places_.begin()));
}

bool ProgramMap::write() {
    Pmt pmt{.program_number = program_number_, .version = version_, .descriptors = descriptors_};
    if (clock_) {
        pmt.pcr_pid = places_[*clock_].pid;
    }
    for (const Place& place : places_) {
        if (place.stream && place.announced) {
            pmt.streams.push_back(*place.stream);
            pmt.streams.back().pid = place.pid;
        }
    }
    const bool is_first = pat_.empty();
    if (!is_first) {
        if (write_pmt(pmt) == pmt_) {
            return false;
        }
        version_ = static_cast<std::uint8_t>((version_ + 1) % kVersions);
        pmt.version = version_;
    }
    pmt_ = write_pmt(pmt);
    pat_ = write_pat({.transport_stream_id = transport_stream_id_,
        .programs = {{.number = program_number_, .pid = pmt_pid_}}});
    return true;
}

} // namespace plex_tuner::ts
