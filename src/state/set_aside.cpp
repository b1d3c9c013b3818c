// SPDX-License-Identifier: GPL-3.0-or-later
#include "set_aside.hpp"

#include "file_error.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace plex_tuner::state {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = ".corrupt-";

[[nodiscard]] fs::path with_suffix(const fs::path& file, std::string_view suffix) {
    return fs::path(file.string() + std::string(suffix));
}

[[nodiscard]] std::string utc_stamp() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, sizeof "20240101T000000Z"> text{};
    static_cast<void>(std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts));
    return text.data();
}

void remove_with_log(const fs::path& file) {
    std::error_code ignored;
    fs::remove(with_suffix(file, "-wal"), ignored);
    fs::remove(file, ignored);
}

/// Names sort by age: the stamp has a fixed width.
void keep_newest(const fs::path& file) {
    const std::string prefix = file.filename().string() + std::string(kMark);
    std::vector<fs::path> found;
    std::error_code error;
    for (fs::directory_iterator entry(file.parent_path(), error), end; !error && entry != end;
        entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(prefix) && !name.ends_with("-wal")) {
            found.push_back(entry->path());
        }
    }
    std::ranges::sort(found);
    for (std::size_t i = 0; i + kKeptDamaged < found.size(); ++i) {
        remove_with_log(found[i]);
    }
}

} // namespace

Result<fs::path> set_aside(const fs::path& file) {
    const fs::path wanted = with_suffix(file, std::string(kMark) + utc_stamp());
    fs::path target = wanted;
    for (int n = 2; fs::exists(target); ++n) {
        target = with_suffix(wanted, "-" + std::to_string(n));
    }
    std::error_code error;
    fs::rename(file, target, error);
    if (error) {
        return fail(file_error(error.value(), "cannot set aside the damaged", file));
    }
    std::error_code ignored;
    fs::rename(with_suffix(file, "-wal"), with_suffix(target, "-wal"), ignored);
    fs::remove(with_suffix(file, "-shm"), ignored);
    keep_newest(file);
    return target;
}

} // namespace plex_tuner::state
