// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_source_files.hpp"

#include "location.hpp"

#include <plex_tuner/base/hash.hpp>

#include <algorithm>

namespace plex_tuner::engine {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "xmltv-";

std::string name_of(const GuideSource& source) {
    return std::string(kPrefix) + Fnv1a().add(location_list(source.alternatives)).hex();
}

/// The same size and time: a copy that keep() made of this file, or another name of it.
bool looks_the_same(const fs::path& a, const fs::path& b) {
    std::error_code error;
    return fs::file_size(a, error) == fs::file_size(b, error) && !error &&
           fs::last_write_time(a, error) == fs::last_write_time(b, error) && !error;
}

} // namespace

bool is_there(const fs::path& file) noexcept {
    std::error_code error;
    return fs::exists(file, error);
}

fs::path GuideSourceFiles::download(const GuideSource& source) const {
    return directory_ / name_of(source);
}

fs::path GuideSourceFiles::last_good(const GuideSource& source) const {
    return directory_ / (name_of(source) + ".good");
}

Result<void> GuideSourceFiles::keep(
    const fs::path& file, const GuideSource& source, bool downloaded) const {
    const fs::path good = last_good(source);
    if (looks_the_same(file, good)) {
        return {};
    }
    const fs::path incoming = good.string() + ".new";
    std::error_code error;
    fs::remove(incoming, error);
    if (downloaded) {
        // A second name for the same bytes: the next download replaces the first name only.
        fs::create_hard_link(file, incoming, error);
    }
    if (error || !downloaded) {
        // A file of the user may be rewritten in place, which a second name would follow.
        const auto modified = fs::last_write_time(file, error);
        fs::copy_file(file, incoming, error);
        if (!error) {
            fs::last_write_time(incoming, modified, error);
        }
    }
    if (!error) {
        fs::rename(incoming, good, error);
    }
    if (error) {
        const Error failure = Error::from_errno(error.value(), "keeping " + good.string());
        fs::remove(incoming, error);
        return fail(failure);
    }
    return {};
}

void GuideSourceFiles::forget_download(const GuideSource& source) const noexcept {
    std::error_code ignored;
    fs::remove(download(source), ignored);
}

void GuideSourceFiles::remove_others(const std::vector<GuideSource>& sources) const noexcept {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory_, error)) {
        const std::string file = entry.path().filename().string();
        const auto is_of = [&file](const GuideSource& source) {
            return file.starts_with(name_of(source));
        };
        if (file.starts_with(kPrefix) && std::ranges::none_of(sources, is_of)) {
            std::error_code ignored;
            fs::remove(entry.path(), ignored);
        }
    }
}

} // namespace plex_tuner::engine
