// SPDX-License-Identifier: GPL-3.0-or-later
#include "ancestor_settings.hpp"
#include "foreign_text.hpp"
#include "json_object.hpp"
#include "table_rows.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/catalog/catalog_file.hpp>
#include <plex_tuner/config/dotenv.hpp>
#include <plex_tuner/epg/aliases.hpp>
#include <plex_tuner/migrate/import.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

namespace plex_tuner::migrate {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr std::string_view kOffset = "PLEX_TUNER_GUIDE_NUMBER_OFFSET";
constexpr std::string_view kTable = "PLEX_TUNER_LINEUP_CHANNELS_FILE";
/// A catalog is recognised by what stands near its beginning or end; it is not read whole for that.
constexpr std::size_t kMaxTextBytes = std::size_t{256} << 20;

enum class Kind { environment, supervisor, catalog, aliases };

[[nodiscard]] std::string_view name_of(Kind kind) {
    switch (kind) {
    case Kind::environment:
        return "file of variables";
    case Kind::supervisor:
        return "supervisor's configuration";
    case Kind::catalog:
        return "catalog";
    case Kind::aliases:
        return "file of aliases";
    }
    return {};
}

[[nodiscard]] std::string value_of(
    const std::vector<ImportedSetting>& settings, std::string_view name) {
    const auto found = std::ranges::find(settings, name, &ImportedSetting::name);
    return found == settings.end() ? std::string() : found->value;
}

/// The numbers that clients were shown: whole ones have the offset added.
[[nodiscard]] Result<ImportedTable> table_of(const fs::path& catalog_file, int offset,
    std::string file_name, std::vector<LeftOut>& left_out) {
    auto catalog = catalog::read_catalog_file(catalog_file);
    if (!catalog) {
        return fail(std::move(catalog).error());
    }
    ImportedTable table{std::move(file_name), {}, true};
    LeftOut nameless{"channels of the catalog without name and tvg-id",
        "nothing says which channel of the playlist is meant; they get free numbers"};
    std::set<std::string> taken;
    for (const catalog::LiveChannel& channel : catalog->live_channels()) {
        std::string number = lineup::canonical_number(channel.guide_number);
        if (const auto whole = ascii::parse_integer<int>(number); whole && offset != 0) {
            number = lineup::canonical_number(std::to_string(std::int64_t{*whole} + offset));
        }
        lineup::TableRow row{
            .tvg_id = plain_text(channel.tvg_id), .name = plain_text(channel.guide_name)};
        if (row.tvg_id.empty() && row.name.empty()) {
            nameless.channels.push_back(number.empty() ? "no number" : number);
            continue;
        }
        if (number.empty() || !taken.insert(number).second) {
            continue; // it never had one of its own
        }
        row.number = std::move(number);
        table.rows.push_back(std::move(row));
    }
    if (!nameless.channels.empty()) {
        left_out.push_back(std::move(nameless));
    }
    cap_rows(table.rows, left_out);
    return table;
}

class Importer {
public:
    Result<Imported> run(std::span<const fs::path> files) {
        result_.origin = "plex-tuner";
        for (const fs::path& file : files) {
            if (auto read = read_one(file); !read) {
                return fail(std::move(read).error());
            }
            result_.inputs.push_back(file);
        }
        if (auto made = make_supervisor(); !made) {
            return fail(std::move(made).error());
        }
        if (catalog_) {
            auto table =
                table_of(*catalog_, offset_in(result_.settings), "channels.tsv", result_.left_out);
            if (!table) {
                return fail(std::move(table).error());
            }
            result_.tables.push_back(std::move(*table));
        }
        return std::move(result_);
    }

private:
    [[nodiscard]] static int offset_in(const std::vector<ImportedSetting>& settings) {
        return ascii::parse_integer<int>(value_of(settings, kOffset)).value_or(0);
    }

    [[nodiscard]] Result<void> once(Kind kind, const fs::path& file) {
        if (!seen_.insert(kind).second) {
            return fail(ErrorCode::invalid_argument,
                file.string() + ": there is another " + std::string(name_of(kind)) +
                    " before it; import them one at a time, into directories of their own");
        }
        return {};
    }

    [[nodiscard]] Result<void> read_one(const fs::path& file) {
        auto text = read_file(file, kMaxTextBytes);
        if (!text) {
            return fail(std::move(text).error());
        }
        if (text->starts_with("\xEF\xBB\xBF")) { // an editor wrote it
            text->erase(0, 3);
        }
        if (!ascii::trim(*text).starts_with('{')) {
            return read_variables(file, *text);
        }
        // A catalog is large and read by its own reader; the others are small.
        if (text->find("\"name_to_xmltv_id\"") != std::string::npos) {
            return read_aliases(file, std::move(*text));
        }
        if (text->find("\"instances\"") != std::string::npos &&
            text->find("\"live_channels\"") == std::string::npos) {
            return read_supervisor(file, *text);
        }
        if (text->find("\"live_channels\"") == std::string::npos) {
            if (auto document = parse_json_object(*text); !document) {
                return fail_with(std::move(document), file.string());
            }
            return fail(ErrorCode::parse,
                file.string() + ": it is no supervisor's configuration (\"instances\"), no catalog "
                                "(\"live_channels\") and no file of aliases "
                                "(\"name_to_xmltv_id\")");
        }
        if (auto checked = once(Kind::catalog, file); !checked) {
            return checked;
        }
        catalog_ = file;
        return {};
    }

    [[nodiscard]] Result<void> read_variables(const fs::path& file, const std::string& text) {
        if (auto checked = once(Kind::environment, file); !checked) {
            return checked;
        }
        const config::Dotenv read =
            config::parse_dotenv(text, file.string(), config::ExportWord::accepted);
        if (read.entries.empty()) {
            return fail(ErrorCode::parse,
                file.string() + ": there is no line KEY=VALUE in it, and it is no JSON object");
        }
        for (const std::string& warning : read.warnings) {
            result_.left_out.push_back({"a line", warning});
        }
        std::vector<ImportedSetting> given;
        given.reserve(read.entries.size());
        for (const config::DotenvEntry& entry : read.entries) {
            given.push_back({entry.name, entry.value});
        }
        result_.settings = ancestor_settings(given, {}, result_.left_out);
        return {};
    }

    [[nodiscard]] Result<void> read_aliases(const fs::path& file, std::string text) {
        if (auto checked = once(Kind::aliases, file); !checked) {
            return checked;
        }
        if (auto parsed = epg::Aliases::parse(text); !parsed) {
            return fail_with(std::move(parsed), file.string());
        }
        result_.aliases = std::move(text);
        return {};
    }

    [[nodiscard]] Result<void> read_supervisor(const fs::path& file, const std::string& text) {
        if (auto checked = once(Kind::supervisor, file); !checked) {
            return checked;
        }
        if (auto valid = parse_json_object(text); !valid) {
            return fail_with(std::move(valid), file.string());
        }
        supervisor_file_ = file;
        supervisor_ = ordered_json::parse(text);
        return {};
    }

    /// With our variables, and the numbers of each tuner whose catalog is here.
    [[nodiscard]] Result<void> make_supervisor() {
        if (supervisor_.is_null()) {
            return {};
        }
        const std::string file = supervisor_file_.string();
        for (const char* const name : {"emby", "jellyfin"}) {
            if (supervisor_.contains(name)) {
                supervisor_.erase(name);
                result_.left_out.push_back({std::string(name) + " of the supervisor",
                    "each tuner sets itself up there: PLEX_TUNER_REGISTER_" + ascii::upper(name)});
            }
        }
        ordered_json& instances = supervisor_["instances"];
        if (!instances.is_array()) {
            return fail(ErrorCode::parse, file + ": instances: must be a list of objects");
        }
        std::size_t index = 0;
        for (ordered_json& instance : instances) {
            const std::string place = "instances[" + std::to_string(index++) + "]";
            if (auto made = make_instance(instance, place, file); !made) {
                return made;
            }
        }
        result_.supervisor =
            supervisor_.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
        return {};
    }

    [[nodiscard]] Result<void> make_instance(
        ordered_json& instance, const std::string& place, const std::string& file) {
        const json plain = instance;
        if (!plain.is_object()) {
            return fail(ErrorCode::parse, file + ": " + place + ": must be an object");
        }
        JsonProblem problem(file);
        JsonObject fields(plain, place, problem);
        const std::string name = fields.text("name");
        const std::vector<std::string> arguments = fields.texts("args");
        std::vector<ImportedSetting> given;
        if (const json* const env = fields.object("env")) {
            JsonObject variables(*env, place + ": env", problem);
            for (const auto& [key, value] : env->items()) {
                given.push_back({key, variables.text(key.c_str())});
            }
        }
        if (problem.error()) {
            return fail(*problem.error());
        }
        auto settings =
            ancestor_settings(given, name.empty() ? place : shown(name), result_.left_out);
        if (auto added = add_table(settings, arguments, name); !added) {
            return added;
        }
        ordered_json env = ordered_json::object();
        for (const ImportedSetting& setting : settings) {
            env[setting.name] = setting.value;
        }
        instance["env"] = std::move(env);
        return {};
    }

    [[nodiscard]] Result<void> add_table(std::vector<ImportedSetting>& settings,
        const std::vector<std::string>& arguments, const std::string& name) {
        const auto catalog = catalog_of(arguments);
        if (!catalog) {
            return {};
        }
        std::error_code error;
        if (!fs::exists(*catalog, error)) {
            result_.left_out.push_back({"the numbers of " + shown(name),
                "its catalog " + shown(catalog->string()) +
                    " is not here; they are those of the provider again, with the same offset"});
            return {};
        }
        auto table = table_of(
            *catalog, offset_in(settings), table_file_name(name, result_.tables), result_.left_out);
        if (!table) {
            return fail(std::move(table).error());
        }
        result_.inputs.push_back(*catalog);
        settings.push_back({std::string(kTable), table->file_name});
        result_.tables.push_back(std::move(*table));
        return {};
    }

    [[nodiscard]] static std::optional<fs::path> catalog_of(
        const std::vector<std::string>& arguments) {
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            std::string_view one = arguments[i];
            if (!one.starts_with('-')) {
                continue;
            }
            one.remove_prefix(one.starts_with("--") ? 2 : 1);
            if (one == "catalog" && i + 1 < arguments.size()) {
                return fs::path(arguments[i + 1]);
            }
            if (one.starts_with("catalog=")) {
                return fs::path(one.substr(8));
            }
        }
        return std::nullopt;
    }

    Imported result_;
    std::set<Kind> seen_;
    std::optional<fs::path> catalog_;
    fs::path supervisor_file_;
    ordered_json supervisor_;
};

} // namespace

Result<Imported> import_ancestor(std::span<const fs::path> files) {
    return Importer().run(files);
}

} // namespace plex_tuner::migrate
