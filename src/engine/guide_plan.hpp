// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/guide/guide_builder.hpp>

#include <cstddef>
#include <filesystem>
#include <vector>

namespace plex_tuner::engine {

/// Decides from which files a guide is built: of every source what came in, and where that turns
/// out to be useless, what last made a good guide. Touches no file.
class GuidePlan {
public:
    /// Of one source; an empty path where there is no such file.
    struct Candidate {
        std::filesystem::path fresh;
        std::filesystem::path last_good;
    };

    explicit GuidePlan(std::vector<Candidate> candidates);

    /// A file to read.
    struct Reading {
        std::size_t source = 0;
        std::filesystem::path file;
        friend bool operator==(const Reading&, const Reading&) = default;
    };

    /// In the order of the sources; without those of which nothing is at hand.
    [[nodiscard]] std::vector<Reading> readings() const;

    /// A source whose file was of no use.
    struct Fault {
        std::size_t source = 0;
        bool was_fresh = false;
        std::string reason;
        bool last_good_takes_over = false;
    };

    /// Learns from a build of readings() how they read. An unreadable file is a fault; so is one
    /// without a programme where the last good one has some. When last_good_takes_over in one of
    /// them, readings() has changed and the guide must be built again.
    [[nodiscard]] std::vector<Fault> learn(const std::vector<guide::SourceReport>& reports);

    /// After learn(): the sources whose fresh file made the guide.
    [[nodiscard]] std::vector<std::size_t> good_fresh_sources() const;

private:
    enum class Use : std::uint8_t { fresh, last_good, nothing };

    struct Source {
        Candidate candidate;
        Use use = Use::nothing;
        bool has_programmes = false;
    };

    [[nodiscard]] static const std::filesystem::path& file_of(const Source& source);

    std::vector<Source> sources_;
};

} // namespace plex_tuner::engine
