// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace plex_tuner::migrate {

/// A larger file is refused: as a tree it takes ten times the memory.
inline constexpr std::size_t kMaxJsonBytes = std::size_t{256} << 20;

/// A JSON object from a text. Errors (parse) say where it is none, and quote nothing of it.
[[nodiscard]] Result<nlohmann::json> parse_json_object(std::string_view text);
/// The same of a file, which errors name.
[[nodiscard]] Result<nlohmann::json> read_json_object(const std::filesystem::path& file);

/// What is wrong with a document: the first thing found counts.
class JsonProblem {
public:
    explicit JsonProblem(std::string file) : file_(std::move(file)) {}

    void add(std::string_view place, std::string_view what);

    [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

private:
    std::string file_;
    std::optional<Error> error_;
};

/// The members of an object, each read with its type; what is of another type is a problem. null is
/// what is not there.
class JsonObject {
public:
    /// All of them outlive this. `place` is empty for the document itself.
    JsonObject(const nlohmann::json& object, std::string place, JsonProblem& problem);

    /// Empty where it is not there. Whole numbers are taken for text, too.
    [[nodiscard]] std::string text(const char* name);
    [[nodiscard]] bool flag(const char* name, bool usual = false);
    /// Nothing where it is not there. A text with a number in it is one, too.
    [[nodiscard]] std::optional<std::int64_t> integer(
        const char* name, std::int64_t least, std::int64_t most);
    /// Null where it is not there.
    [[nodiscard]] const nlohmann::json* object(const char* name);
    /// Members whose values are objects; others are a problem.
    [[nodiscard]] std::vector<std::pair<std::string, const nlohmann::json*>> objects(
        const char* name);
    [[nodiscard]] std::vector<std::string> texts(const char* name);

    /// Of no use, and known to be.
    void pass(const char* name) { known_.emplace(name); }

    /// Members that nobody asked for.
    [[nodiscard]] std::vector<std::string> others() const;
    [[nodiscard]] std::string place_of(std::string_view name) const;

private:
    [[nodiscard]] const nlohmann::json* find(const char* name);
    void wrong_type(std::string_view name, std::string_view expected, const nlohmann::json& value);

    const nlohmann::json& object_;
    std::string place_;
    JsonProblem& problem_;
    std::set<std::string, std::less<>> known_;
};

/// A name out of a foreign file, for a message: cut, and without control characters.
[[nodiscard]] std::string shown(std::string_view name);

} // namespace plex_tuner::migrate
