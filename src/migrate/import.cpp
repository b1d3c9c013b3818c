// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/migrate/import.hpp>

#include <array>
#include <system_error>

namespace plex_tuner::migrate {

namespace fs = std::filesystem;

namespace {

/// not_found is an answer; that it cannot be known is none.
[[nodiscard]] Result<fs::file_type> type_of(const fs::path& path) {
    std::error_code error;
    const fs::file_type type = fs::status(path, error).type();
    if (type == fs::file_type::none) {
        return fail(Error::from_errno(error.value(), "cannot look at '" + path.string() + "'"));
    }
    return type;
}

} // namespace

Result<Imported> import_any(std::span<const fs::path> paths) {
    constexpr std::array<const char*, 8> kAncestorFiles{".env", "plex-tuner.env", "iptvtunerr.env",
        "catalog.json", "aliases.json", "xmltv-aliases.json", "supervisor.json", "supervise.json"};
    std::vector<fs::path> files;
    for (const fs::path& path : paths) {
        const auto type = type_of(path);
        if (!type) {
            return fail(type.error());
        }
        if (*type != fs::file_type::directory) {
            files.push_back(path); // one that is not there is named by who reads it
            continue;
        }
        for (const char* const name : {"settings.json", "xepg.json"}) {
            const auto foreign = type_of(path / name);
            if (!foreign) {
                return fail(foreign.error());
            }
            if (*foreign == fs::file_type::not_found) {
                continue;
            }
            if (paths.size() > 1) {
                return fail(ErrorCode::invalid_argument,
                    path.string() + ": a folder of xTeVe or Threadfin is imported by itself");
            }
            return import_xteve(path);
        }
        bool has_any = false;
        for (const char* const name : kAncestorFiles) {
            const auto file = type_of(path / name);
            if (!file) {
                return fail(file.error());
            }
            if (*file != fs::file_type::not_found) {
                files.push_back(path / name);
                has_any = true;
            }
        }
        if (!has_any) {
            return fail(ErrorCode::not_found,
                path.string() +
                    ": neither settings.json (xTeVe, Threadfin) nor .env, catalog.json, "
                    "aliases.json or supervisor.json is in it");
        }
    }
    return import_ancestor(files);
}

} // namespace plex_tuner::migrate
