// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace plex_tuner::fleet {

/// What was said about a document while it was read.
struct JsonRemarks {
    std::vector<std::string> warnings;
    std::vector<std::string> problems;
};

/// The fields of one JSON object, each read with its type. What is of another type becomes a
/// problem under its path, and counts as not there.
class JsonFields {
public:
    using Json = nlohmann::json;

    /// `object` and `remarks` outlive this. `path` is empty for the document itself.
    JsonFields(const Json& object, std::string path, JsonRemarks& remarks);

    [[nodiscard]] std::optional<std::string> text(const char* name);
    [[nodiscard]] std::optional<bool> boolean(const char* name);
    /// "1m30s", or a number of seconds; not negative.
    [[nodiscard]] std::optional<std::chrono::milliseconds> duration(const char* name);
    [[nodiscard]] std::vector<std::string> texts(const char* name);
    [[nodiscard]] std::map<std::string, std::string> text_map(const char* name);
    /// Of a list of objects; nullptr when it is not there.
    [[nodiscard]] const Json* list(const char* name);

    /// A field that is known, and not of use here: `advice` says what is.
    void not_supported(const char* name, std::string_view advice);
    /// Warns about the fields that nobody asked for.
    void finish();

    [[nodiscard]] std::string path_of(std::string_view name) const;

private:
    [[nodiscard]] const Json* find(const char* name);
    void wrong_type(std::string_view path, std::string_view expected);

    const Json& object_;
    std::string path_;
    JsonRemarks& remarks_;
    std::vector<std::string_view> known_;
};

} // namespace plex_tuner::fleet
