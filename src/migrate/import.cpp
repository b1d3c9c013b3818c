// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/migrate/import.hpp>

#include <array>
#include <system_error>

namespace plex_tuner::migrate {

namespace fs = std::filesystem;

Result<Imported> import_any(std::span<const fs::path> paths) {
    constexpr std::array<const char*, 8> kAncestorFiles{".env", "plex-tuner.env", "iptvtunerr.env",
        "catalog.json", "aliases.json", "xmltv-aliases.json", "supervisor.json", "supervise.json"};
    std::error_code error;
    std::vector<fs::path> files;
    for (const fs::path& path : paths) {
        if (!fs::is_directory(path, error)) {
            files.push_back(path); // one that is not there is named by who reads it
            continue;
        }
        if (fs::exists(path / "settings.json", error) || fs::exists(path / "xepg.json", error)) {
            if (paths.size() > 1) {
                return fail(ErrorCode::invalid_argument,
                    path.string() + ": a folder of xTeVe or Threadfin is imported by itself");
            }
            return import_xteve(path);
        }
        bool has_any = false;
        for (const char* const name : kAncestorFiles) {
            if (fs::exists(path / name, error)) {
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
