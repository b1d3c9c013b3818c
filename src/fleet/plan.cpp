// SPDX-License-Identifier: GPL-3.0-or-later
#include "child_settings.hpp"
#include "clashes.hpp"
#include "environment.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/config/nearest.hpp>
#include <plex_tuner/fleet/plan.hpp>
#include <plex_tuner/hdhr/device_id.hpp>

#include <algorithm>
#include <iterator>
#include <list>
#include <set>
#include <utility>

#include <sys/stat.h>

namespace plex_tuner::fleet {

namespace {

namespace fs = std::filesystem;

/// Longer than a cold start of many children one behind the other takes, and short beside the time
/// between refreshes.
constexpr const char* kSharedMaxAge = "10m";
constexpr unsigned kReadableByOthers = 0044;

std::string place_of(std::size_t index, const Instance& instance) {
    return "instances[" + std::to_string(index) + "]" +
           (instance.name.empty() ? "" : " (" + instance.name + ")");
}

class Planner {
public:
    Planner(const FleetFile& file, const PlanInputs& inputs) : file_(file), inputs_(inputs) {}

    Plan run() {
        plan_.restart = file_.restart;
        plan_.restart_delay = file_.restart_delay;
        plan_.fail_fast = file_.fail_fast || !file_.restart;
        plan_.hang_timeout = file_.restart ? file_.hang_timeout : std::chrono::milliseconds(0);
        auto files = with_environment_files(inputs_.environment, file_.environment_files);
        append(plan_.warnings, files.warnings);
        append(plan_.problems, files.problems);
        environment_ = std::move(files.environment);
        choose_listen();
        choose_reaper();
        check_names();
        for (std::size_t i = 0; i < file_.instances.size(); ++i) {
            const Instance& instance = file_.instances[i];
            if (instance.is_disabled) {
                plan_.disabled.push_back(instance.name);
            } else {
                add(place_of(i, instance), instance);
            }
        }
        if (plan_.children.empty() && plan_.problems.empty()) {
            plan_.problems.emplace_back("instances: there is none that is not disabled");
        }
        look_for_clashes();
        return std::move(plan_);
    }

private:
    struct Settings {
        std::string place;
        config::Config config;
    };

    static void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
        to.insert(to.end(), from.begin(), from.end());
    }

    void problem(const std::string& place, const std::string& what) {
        plan_.problems.push_back(place + what);
    }

    void choose_listen() {
        const auto variable = environment_.find(kListenVariable);
        std::string listen = inputs_.listen;
        std::string_view origin = "addr";
        if (file_.listen) {
            listen = *file_.listen;
            plan_.listen_is_default = false;
        } else if (variable != environment_.end() && !variable->second.empty()) {
            listen = variable->second;
            origin = kListenVariable;
            plan_.listen_is_default = false;
        }
        plan_.listen_is_default = plan_.listen_is_default && listen == kDefaultListen;
        if (listen.empty() || ascii::iequals(listen, "off")) {
            return;
        }
        if (!endpoint_of(listen)) {
            problem(std::string(origin),
                ": must be host:port, :port or off, with a port from 1 to 65535");
            return;
        }
        plan_.listen = std::move(listen); // what is wrong with it the server will say
    }

    /// Somebody has to be it when the supervisor is told to: nobody is worse than any.
    void choose_reaper() {
        reaper_ = file_.reaper;
        const auto is_it = [&](const Instance& instance) {
            return instance.name == reaper_;
        };
        if (!reaper_.empty()) {
            const auto found = std::ranges::find_if(file_.instances, is_it);
            if (found == file_.instances.end()) {
                problem("reaper", ": there is no instance " + reaper_);
            } else if (found->is_disabled) {
                plan_.warnings.push_back("reaper: " + reaper_ + " is disabled, so nobody is it");
            }
            return;
        }
        const auto first = std::ranges::find_if(file_.instances, [](const Instance& instance) {
            return !instance.is_disabled && !instance.arguments.empty() &&
                   is_tuner_command(instance.arguments.front());
        });
        if (first != file_.instances.end()) {
            reaper_ = first->name;
        }
    }

    void check_names() {
        std::set<std::string> names;
        for (std::size_t i = 0; i < file_.instances.size(); ++i) {
            const Instance& instance = file_.instances[i];
            const std::string path = "instances[" + std::to_string(i) + "].name: ";
            const bool is_printable = std::ranges::all_of(instance.name, [](char c) {
                return static_cast<unsigned char>(c) > 0x20 && c != '\x7F' && c != '"' && c != '\\';
            });
            if (instance.name.empty()) {
                problem(path, "is missing; it tells the children apart in the log");
            } else if (!is_printable) {
                problem(path, "must have no blanks, quotes or control characters");
            } else if (!names.insert(instance.name).second) {
                problem(path, "another instance is called " + instance.name + ", too");
            }
        }
    }

    [[nodiscard]] bool check_arguments(const std::string& place, const Instance& instance) {
        if (instance.arguments.empty()) {
            problem(place, ".args: is missing; the command comes first, such as [\"run\"]");
            return false;
        }
        const std::string& command = instance.arguments.front();
        if (command == "supervise") {
            problem(place, ".args[0]: a supervisor runs no other supervisor");
            return false;
        }
        if (std::ranges::find(inputs_.commands, command) == inputs_.commands.end()) {
            const std::vector<std::string_view> known(
                inputs_.commands.begin(), inputs_.commands.end());
            const auto near = config::nearest(command, known);
            problem(place, ".args[0]: there is no command of that name" +
                               (near ? "; did you mean " + std::string(*near) + "?" : ""));
            return false;
        }
        if (const auto secret = secret_in_arguments(instance.arguments, inputs_)) {
            problem(place, "." + *secret +
                               ": holds a password or token, and everybody on the machine can read "
                               "arguments; set the variable in envFiles, or in a file that the "
                               "variable with _FILE behind its name points to");
            return false;
        }
        return true;
    }

    void add(const std::string& place, const Instance& instance) {
        bool is_sound = check_arguments(place, instance);
        std::error_code error;
        if (!instance.work_directory.empty() && !fs::is_directory(instance.work_directory, error)) {
            problem(place, ".workDir: " + instance.work_directory + " is no directory");
            is_sound = false;
        }
        if (!is_sound) {
            return;
        }
        ChildPlan child;
        child.name = instance.name;
        child.arguments = instance.arguments;
        child.work_directory = instance.work_directory;
        give_environment(child, instance);
        child.start_delay = instance.start_delay;
        child.is_tuner = is_tuner_command(instance.arguments.front());
        give_defaults(child);
        config::Loaded settings = load_child_settings(child, inputs_);
        if (child.is_tuner) {
            for (const std::string& wrong : settings.problems) {
                problem(place, ": " + wrong);
            }
        }
        for (const std::string& warning : settings.warnings) {
            plan_.child_warnings.emplace_back(place).append(": ").append(warning);
        }
        settle(place, child, settings);
        plan_.children.push_back(std::move(child));
        settings_.push_back({place, std::move(settings.config)});
    }

    void give_environment(ChildPlan& child, const Instance& instance) const {
        const auto give = [&](PlexShare share) {
            child.environment = child_environment(environment_, instance.environment, share);
        };
        if (instance.name == reaper_) {
            give(PlexShare::all);
            return;
        }
        give(PlexShare::none);
        const config::Loaded settings = load_child_settings(child, inputs_);
        const bool asks_who_watches =
            settings.config.stream.client_adapt && is_tuner_command(instance.arguments.front());
        if (asks_who_watches ||
            settings.config.plex.registration != config::PlexRegistration::off) {
            give(PlexShare::server);
        }
    }

    /// What is one for a tuner alone is another for one among many.
    void give_defaults(ChildPlan& child) const {
        const config::Loaded as_it_is = load_child_settings(child, inputs_);
        const auto give = [&](const char* name, const std::string& value) {
            const auto origin = as_it_is.provenance.find(std::string("PLEX_TUNER_") + name);
            if (origin == as_it_is.provenance.end() || origin->second == "default") {
                child.environment[std::string("PLEX_TUNER_") + name] = value;
            }
        };
        if (!inputs_.shared_directory.empty()) {
            give("SHARED_DIR", inputs_.shared_directory.string());
        }
        give("SHARED_MAX_AGE", kSharedMaxAge);
        if (child.is_tuner) {
            give("HDHR_NETWORK_MODE", "false");
            give("GUIDE_READ_ONCE", "true");
        }
    }

    void settle(const std::string& place, ChildPlan& child, const config::Loaded& settings) {
        const config::Config& config = settings.config;
        child.catalog = whole_path(child, config.catalog.file);
        child.state_directory = whole_path(child, config.catalog.state_directory);
        child.shared_directory = whole_path(child, config.catalog.shared_directory);
        if (child.is_tuner) {
            child.endpoint = endpoint_of(config.server.listen);
            child.is_native = config.tuner.native;
            child.number_offset = config.lineup.guide_number_offset;
            if (!config.tuner.device_id.empty()) {
                child.device_id =
                    hdhr::device_id_from_configuration(config.tuner.device_id).id.text();
            }
            if (!child.endpoint) {
                plan_.warnings.push_back(place + ": at port 0 it takes any free port, so the "
                                                 "supervisor cannot ask it how it is");
            }
        }
        if (!inputs_.shared_directory.empty() &&
            child.shared_directory != whole_path({}, inputs_.shared_directory)) {
            plan_.warnings.push_back(place + ": its PLEX_TUNER_SHARED_DIR is not that of the "
                                             "others; it asks providers for itself");
        }
        child.fingerprint = fingerprint_of(child, settings);
    }

    void look_for_clashes() {
        std::vector<Settled> settled;
        auto child = plan_.children.begin();
        for (const Settings& settings : settings_) {
            settled.push_back(
                {.place = settings.place, .child = &*child, .settings = &settings.config});
            ++child;
        }
        const Clashes clashes = find_clashes(settled, plan_.listen);
        append(plan_.problems, clashes.problems);
        append(plan_.warnings, clashes.warnings);
    }

    const FleetFile& file_;
    const PlanInputs& inputs_;
    Environment environment_;
    std::string reaper_;
    std::list<Settings> settings_; ///< one for each child, in order
    Plan plan_;
};

/// A file that everybody may read is no place for them.
void warn_about_open_secrets(
    Plan& plan, const FleetFile& file, const fs::path& path, const PlanInputs& inputs) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0 || (status.st_mode & kReadableByOthers) == 0) {
        return;
    }
    for (std::size_t i = 0; i < file.instances.size(); ++i) {
        if (const auto name = secret_in_environment(file.instances[i].environment, inputs)) {
            plan.warnings.push_back(place_of(i, file.instances[i]) + ".env." + *name +
                                    ": holds a password or token, and others can read " +
                                    path.string() + "; chmod 600 it, or use envFiles or " + *name +
                                    "_FILE");
        }
    }
}

} // namespace

Plan make_plan(const FleetFile& file, const PlanInputs& inputs) {
    return Planner(file, inputs).run();
}

Plan read_plan(const fs::path& file, const PlanInputs& inputs) {
    Plan plan;
    const auto text = read_file(file, kMaxFleetFileBytes);
    if (!text) {
        plan.problems.push_back(text.error().message());
        return plan;
    }
    ParsedFleetFile parsed = parse_fleet_file(*text);
    if (parsed.problems.empty()) {
        plan = make_plan(parsed.file, inputs);
        warn_about_open_secrets(plan, parsed.file, file, inputs);
    } else {
        plan.problems = std::move(parsed.problems);
    }
    plan.warnings.insert(plan.warnings.begin(), parsed.warnings.begin(), parsed.warnings.end());
    return plan;
}

} // namespace plex_tuner::fleet
