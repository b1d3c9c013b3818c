// SPDX-License-Identifier: GPL-3.0-or-later
#include "override_files.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/file_lock.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace plex_tuner::cli {
namespace {

constexpr std::size_t kMaxFile = std::size_t{4} << 20;
constexpr unsigned kMode = 0644;
/// Others hold the lock only while they write.
constexpr std::chrono::seconds kLockPatience{10};

template <class Value, class Parse>
Result<void> read_into(Value& value, const std::filesystem::path& file, Parse parse) {
    std::error_code ignored;
    if (file.empty() || !std::filesystem::exists(file, ignored)) {
        return {};
    }
    auto text = read_file(file, kMaxFile);
    if (!text) {
        return fail(std::move(text).error());
    }
    auto read = parse(*text);
    if (!read) {
        return fail_with(std::move(read), file.string());
    }
    value = *std::move(read);
    return {};
}

Result<void> write(const std::filesystem::path& file, const std::string& text) {
    auto out = AtomicFile::create(file, kMode);
    Result<void> done = out ? out->write(text) : Result<void>(fail(out.error()));
    return done ? out->commit() : done;
}

bool is_missing(const std::filesystem::path& file) {
    std::error_code ignored;
    return !std::filesystem::exists(file, ignored);
}

Result<std::optional<FileLock>> locked(const std::filesystem::path& record) {
    if (record.empty()) {
        return std::nullopt;
    }
    std::error_code error;
    if (record.has_parent_path()) {
        std::filesystem::create_directories(record.parent_path(), error);
    }
    if (error) {
        return fail(ErrorCode::io,
            "cannot create " + record.parent_path().string() + ": " + error.message());
    }
    auto lock = FileLock::lock(record.string() + ".lock", kLockPatience);
    if (!lock) {
        return fail(std::move(lock).error());
    }
    return std::optional<FileLock>(std::move(*lock));
}

bool is_same_file(const std::filesystem::path& one, const std::filesystem::path& other) {
    if (one.empty() || other.empty()) {
        return false;
    }
    std::error_code error;
    if (std::filesystem::equivalent(one, other, error) && !error) {
        return true;
    }
    const auto whole = [](const std::filesystem::path& path) {
        std::error_code ignored;
        auto resolved =
            std::filesystem::weakly_canonical(std::filesystem::absolute(path, ignored), ignored);
        return ignored ? path.lexically_normal() : resolved;
    };
    return whole(one) == whole(other);
}

} // namespace

bool has_same_file_twice(const OverrideFiles& files) {
    return is_same_file(files.profiles, files.transcode) ||
           is_same_file(files.profiles, files.record) ||
           is_same_file(files.transcode, files.record);
}

Result<OverrideContents> read_override_files(const OverrideFiles& files) {
    OverrideContents contents;
    if (auto read = read_into(
            contents.overrides.profiles, files.profiles, gateway::parse_profile_overrides);
        !read) {
        return fail(std::move(read).error());
    }
    if (auto read = read_into(
            contents.overrides.transcode, files.transcode, gateway::parse_transcode_overrides);
        !read) {
        return fail(std::move(read).error());
    }
    if (auto read = read_into(contents.record, files.record, gateway::parse_override_record);
        !read) {
        return fail(std::move(read).error());
    }
    return contents;
}

Result<OverrideWriting> update_override_files(const OverrideFiles& files,
    const std::vector<gateway::ProbeVerdict>& verdicts, bool replaces_all) {
    const auto lock = locked(files.record);
    if (!lock) {
        return fail(lock.error());
    }
    const auto before = read_override_files(files);
    if (!before) {
        return fail(before.error());
    }
    OverrideWriting writing;
    gateway::OverrideUpdate& update = writing.update;
    update = gateway::update_overrides(before->overrides, before->record, verdicts, replaces_all);
    const auto write_if = [&](const std::filesystem::path& file, bool is_changed,
                              auto text) -> Result<void> {
        if (file.empty() || (!is_changed && !is_missing(file))) {
            return {};
        }
        if (auto done = write(file, text()); !done) {
            return done;
        }
        writing.written.push_back(file);
        return {};
    };
    auto done = write_if(files.profiles, before->overrides.profiles != update.overrides.profiles,
        [&] { return gateway::profile_overrides_json(update.overrides.profiles); });
    if (done) {
        done = write_if(files.transcode, before->overrides.transcode != update.overrides.transcode,
            [&] { return gateway::transcode_overrides_json(update.overrides.transcode); });
    }
    if (done) {
        done = write_if(files.record, before->record != update.record,
            [&] { return gateway::override_record_json(update.record); });
    }
    if (!done) {
        return fail(std::move(done).error());
    }
    return writing;
}

} // namespace plex_tuner::cli
