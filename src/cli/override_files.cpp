// SPDX-License-Identifier: GPL-3.0-or-later
#include "override_files.hpp"

#include <plex_tuner/base/atomic_file.hpp>

#include <string>
#include <system_error>
#include <utility>

namespace plex_tuner::cli {
namespace {

constexpr std::size_t kMaxFile = std::size_t{4} << 20;
constexpr unsigned kMode = 0644;

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

} // namespace

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

Result<std::vector<std::filesystem::path>> write_override_files(const OverrideFiles& files,
    const OverrideContents& before, const gateway::OverrideUpdate& update) {
    std::vector<std::filesystem::path> written;
    const auto write_if = [&](const std::filesystem::path& file, bool is_changed,
                              auto text) -> Result<void> {
        if (file.empty() || (!is_changed && !is_missing(file))) {
            return {};
        }
        if (auto done = write(file, text()); !done) {
            return done;
        }
        written.push_back(file);
        return {};
    };
    auto done = write_if(files.profiles, before.overrides.profiles != update.overrides.profiles,
        [&] { return gateway::profile_overrides_json(update.overrides.profiles); });
    if (done) {
        done = write_if(files.transcode, before.overrides.transcode != update.overrides.transcode,
            [&] { return gateway::transcode_overrides_json(update.overrides.transcode); });
    }
    if (done) {
        done = write_if(files.record, before.record != update.record,
            [&] { return gateway::override_record_json(update.record); });
    }
    if (!done) {
        return fail(std::move(done).error());
    }
    return written;
}

} // namespace plex_tuner::cli
