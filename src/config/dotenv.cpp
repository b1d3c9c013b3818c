// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/config/dotenv.hpp>

#include <algorithm>
#include <map>

namespace plex_tuner::config {
namespace {

constexpr std::string_view kExport = "export ";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

[[nodiscard]] bool is_name(std::string_view key) {
    return !key.empty() && !ascii::is_digit(key.front()) &&
           std::ranges::all_of(key, [](char c) { return ascii::is_alnum(c) || c == '_'; });
}

[[nodiscard]] std::string_view unquoted(std::string_view value) {
    const bool quoted = value.size() >= 2 && value.front() == value.back() &&
                        (value.front() == '"' || value.front() == '\'');
    return quoted ? value.substr(1, value.size() - 2) : value;
}

/// "value" # comment: not what it looks like, as neither the quotes nor the comment go.
[[nodiscard]] bool goes_on_behind_quotes(std::string_view value) {
    const bool quoted = value.starts_with('"') || value.starts_with('\'');
    const std::size_t closing = quoted ? value.find(value.front(), 1) : std::string_view::npos;
    return closing != std::string_view::npos && value.back() != value.front();
}

} // namespace

Dotenv parse_dotenv(std::string_view text, std::string_view file_name, ExportWord export_word) {
    Dotenv result;
    std::map<std::string, std::size_t, std::less<>> line_of_name;
    const auto warn = [&](std::size_t line, const std::string& what) {
        result.warnings.push_back(
            std::string(file_name) + ":" + std::to_string(line) + ": " + what);
    };
    if (text.starts_with(kByteOrderMark)) {
        text.remove_prefix(kByteOrderMark.size());
    }
    std::size_t number = 0;
    while (!text.empty()) {
        ++number;
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = ascii::trim(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        if (export_word == ExportWord::accepted && line.starts_with(kExport)) {
            line = ascii::trim(line.substr(kExport.size()));
        }
        const std::size_t equals = std::min(line.find('='), line.size());
        const std::string_view key = ascii::trim(line.substr(0, equals));
        if (equals == line.size() || !is_name(key)) {
            warn(number, ascii::istarts_with(line, kExport)
                             ? "a line must be KEY=VALUE without \"export\"; ignored"
                             : "a line must be KEY=VALUE; ignored");
            continue;
        }
        const auto [known, is_new] = line_of_name.try_emplace(std::string(key), number);
        if (!is_new) {
            warn(number, std::string(key) + " is already set in line " +
                             std::to_string(known->second) + ", which counts; ignored");
            continue;
        }
        const std::string_view given = ascii::trim(line.substr(equals + 1));
        if (goes_on_behind_quotes(given)) {
            warn(number, "the value of " + std::string(key) +
                             " goes on behind its closing quote and is taken with quotes and all; "
                             "comments need a line of their own");
        }
        const std::string_view value = unquoted(given);
        result.entries.push_back({std::string(key), std::string(value), number});
    }
    return result;
}

Dotenv read_dotenv(const std::filesystem::path& file) {
    auto text = read_file(file, kMaxDotenvBytes);
    if (text) {
        return parse_dotenv(*text, file.string());
    }
    Dotenv result;
    if (text.error().code() != ErrorCode::not_found) {
        result.warnings.push_back(text.error().message() + "; ignored");
    }
    return result;
}

} // namespace plex_tuner::config
