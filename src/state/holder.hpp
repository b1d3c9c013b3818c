// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace plex_tuner::state {

/// The proof that whoever owns ledger rows is alive: a file below "<directory>/holders" that is
/// locked as long as this object lives. The kernel gives the lock back when the process ends,
/// however it ends, and nobody has to know process ids, which mean nothing in another container.
/// The lock is of the open file, so two holders of one process are two holders. A child between
/// fork and exec holds it too.
class Holder {
public:
    [[nodiscard]] static Result<Holder> create(const std::filesystem::path& directory);

    Holder(Holder&& other) noexcept;
    Holder& operator=(Holder&& other) noexcept;
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    ~Holder();

    /// 32 random hex digits.
    [[nodiscard]] const std::string& id() const noexcept { return id_; }

    /// False once somebody removed the file: others take this holder for dead then.
    [[nodiscard]] bool is_visible() const;

    /// No process has the holder's file locked. Removes the file of a dead one.
    [[nodiscard]] static bool is_dead(const std::filesystem::path& directory, std::string_view id);
    /// Removes the files of all that died.
    static void remove_dead(const std::filesystem::path& directory);

private:
    Holder(int fd, std::string id, std::filesystem::path file)
        : fd_(fd), id_(std::move(id)), file_(std::move(file)) {}

    int fd_;
    std::string id_;
    std::filesystem::path file_;
};

} // namespace plex_tuner::state
