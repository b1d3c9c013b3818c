// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/plex/library_registration.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::plex {

namespace {

/// A server that is starting loses what it was just told.
constexpr int kMaxTries = 4;

class Registration {
public:
    Registration(Server& server, LibraryOptions options, log::Logger logger)
        : server_(server), options_(std::move(options)), logger_(std::move(logger)) {}

    asio::awaitable<Result<std::vector<LibraryResult>>> run(std::vector<WantedLibrary> wanted) {
        auto libraries = co_await server_.libraries();
        if (!libraries) {
            co_return fail_with(std::move(libraries), "nothing was changed");
        }
        libraries_ = std::move(*libraries);
        std::vector<LibraryResult> results;
        for (const WantedLibrary& library : wanted) {
            LibraryResult result{
                .title = library.title, .kind = library.kind, .path = cleaned_path(library.path)};
            auto done = co_await settle(library, result);
            if (!done) {
                result.action = LibraryAction::error;
                result.error = done.error().message();
            }
            results.push_back(std::move(result));
        }
        co_return results;
    }

private:
    asio::awaitable<Result<void>> settle(const WantedLibrary& wanted, LibraryResult& result) {
        LibraryPlan plan = plan_library(wanted, libraries_);
        for (int tries = 0; plan.is_new && plan.problem.empty() && !options_.dry_run; ++tries) {
            auto created = co_await create(wanted, tries);
            if (!created) {
                co_return created;
            }
            plan = plan_library(wanted, libraries_);
            result.action = LibraryAction::created;
        }
        result.key = plan.key;
        result.title = plan.title;
        if (!plan.problem.empty()) {
            co_return fail(ErrorCode::invalid_argument, plan.problem);
        }
        if (plan.is_new) { // in a dry run: what its settings would be is not known
            result.action = LibraryAction::created;
        } else if (options_.safe_preset) {
            auto set = co_await apply_preset(result);
            if (!set) {
                co_return set;
            }
        }
        co_return co_await scan(result);
    }

    /// What Plex did although it did not say so is found when it is asked again.
    asio::awaitable<Result<void>> create(const WantedLibrary& wanted, int tries) {
        logger_.info("making a library in Plex", {{"name", wanted.title}, {"path", wanted.path}});
        auto created = co_await server_.create_library(wanted);
        if (!created && !is_passing(created.error())) {
            co_return fail_with(std::move(created),
                "Plex does not make it; does it see " + wanted.path +
                    "? If it has another path for it, give that with -plex-path");
        }
        auto libraries = co_await server_.libraries();
        if (!libraries) {
            co_return std::unexpected(std::move(libraries).error());
        }
        libraries_ = std::move(*libraries);
        if (plan_library(wanted, libraries_).is_new && tries + 1 >= kMaxTries) {
            co_return fail(ErrorCode::unavailable, "Plex took the library, but does not show it");
        }
        co_return Result<void>{};
    }

    /// Some versions answer PUT with success and do nothing.
    asio::awaitable<Result<void>> apply_preset(LibraryResult& result) {
        auto present = co_await server_.library_preferences(result.key);
        if (!present) {
            co_return std::unexpected(std::move(present).error());
        }
        std::vector<Preference> due = safe_preset(*present);
        for (const Preference& preference : due) {
            result.switched_off.push_back(preference.id);
        }
        if (!due.empty() && result.action == LibraryAction::skipped) {
            result.action = LibraryAction::repaired;
        }
        if (options_.dry_run) {
            co_return Result<void>{};
        }
        Result<void> set{};
        for (const fetch::Method method : {fetch::Method::put, fetch::Method::post}) {
            if (due.empty()) {
                co_return Result<void>{};
            }
            set = co_await server_.set_library_preferences(result.key, due, method);
            present = co_await server_.library_preferences(result.key);
            if (!present) {
                co_return std::unexpected(std::move(present).error());
            }
            due = safe_preset(*present);
        }
        if (due.empty()) {
            co_return Result<void>{};
        }
        std::string names;
        for (const Preference& preference : due) {
            names.append(names.empty() ? "" : ", ").append(preference.id);
        }
        co_return fail(ErrorCode::unavailable,
            "Plex does not switch off " + names + (set ? "" : ": " + set.error().message()));
    }

    asio::awaitable<Result<void>> scan(LibraryResult& result) {
        if (!options_.scan) {
            co_return Result<void>{};
        }
        std::vector<std::string> paths;
        for (const std::string& path : options_.scan_paths) {
            if (lies_in(path, result.path)) {
                paths.push_back(path);
            }
        }
        if (options_.scan_paths.empty()) {
            paths.emplace_back();
        }
        for (const std::string& path : paths) {
            if (!options_.dry_run) {
                if (auto begun = co_await server_.scan_library(result.key, path); !begun) {
                    co_return begun;
                }
            }
            result.scanned.push_back(path.empty() ? result.path : path);
        }
        co_return Result<void>{};
    }

    Server& server_;
    LibraryOptions options_;
    log::Logger logger_;
    std::vector<Library> libraries_;
};

} // namespace

std::string_view to_string(LibraryAction action) noexcept {
    switch (action) {
    case LibraryAction::created:
        return "created";
    case LibraryAction::repaired:
        return "repaired";
    case LibraryAction::skipped:
        return "skipped";
    case LibraryAction::error:
        return "error";
    }
    return "";
}

asio::awaitable<Result<std::vector<LibraryResult>>> register_libraries(
    Server& server, std::vector<WantedLibrary> wanted, LibraryOptions options, log::Logger logger) {
    Registration registration(server, std::move(options), std::move(logger));
    co_return co_await registration.run(std::move(wanted));
}

} // namespace plex_tuner::plex
