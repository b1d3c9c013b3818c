// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/config/config.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::config {

/// Subcommands as bits, for the flags each takes.
inline constexpr unsigned kRun = 1U << 0U;
inline constexpr unsigned kServe = 1U << 1U;
inline constexpr unsigned kConfigCommand = 1U << 2U;
inline constexpr unsigned kIndex = 1U << 3U;
inline constexpr unsigned kProbe = 1U << 4U;
inline constexpr unsigned kLineup = 1U << 5U;
inline constexpr unsigned kReports =
    1U << 6U; ///< epg-link-report, guide-health, inspect and vod-split
inline constexpr unsigned kMount = 1U << 7U;
inline constexpr unsigned kDoctor = 1U << 9U;
inline constexpr unsigned kPlex = 1U << 8U;       ///< plex-dvr-sync and the like
inline constexpr unsigned kSupervise = 1U << 10U; ///< flags of the log, no others
inline constexpr unsigned kServices = kRun | kServe | kConfigCommand; ///< what a tuner needs
inline constexpr unsigned kEveryCommand =
    kServices | kIndex | kProbe | kLineup | kReports | kMount | kDoctor | kPlex;

/// The bit of a subcommand, 0 for one that takes no configuration.
[[nodiscard]] unsigned command_bit(std::string_view subcommand) noexcept;

enum class Group {
    account,
    provider,
    vod,
    vodfs,
    guide_source,
    guide,
    catalog,
    refresh,
    server,
    tuner,
    lineup,
    stream,
    plex,
    emby,
    registration,
    plex_reaper,
    fetch,
    log
};

[[nodiscard]] std::string_view title_of(Group group) noexcept;

/// One setting. This row is all there is to know about it: the loaders, the flags, the dump and the
/// documentation are made from it.
struct Field {
    Group group;
    std::string_view name; ///< of the variable, without prefix
    std::string_view flag; ///< without '-'; empty: none
    unsigned commands;     ///< whose flag it is
    /// In the syntax of the value. Empty: optional, or derived after loading (see default_note).
    std::string_view default_text;
    std::string_view default_note; ///< what the documentation says instead of default_text
    std::string_view doc;          ///< one line
    bool is_switch;                ///< the flag needs no value

    std::string (*accepts)(); ///< what a good value looks like, for error lines and documentation
    /// False when `text` is no good value; the Config is unchanged then.
    bool (*assign)(Config&, std::string_view text);
    std::string (*show)(const Config&);             ///< the effective value, masked or redacted
    std::string (*show_rejected)(std::string_view); ///< a bad value, masked or redacted

    /// For settings of accounts and guides, of which there may be several, with variables that end
    /// in _2 to _99; else null.
    bool (*assign_numbered)(Config&, int number, std::string_view text) = nullptr;
    std::string (*show_numbered)(const Config&, int number) = nullptr;
    std::vector<int> (*numbers)(const Config&) = nullptr; ///< those that are there, from 2
};

/// The table, in the order of the documentation.
[[nodiscard]] std::span<const Field> fields() noexcept;

/// nullptr when there is none.
[[nodiscard]] const Field* find_field(std::string_view name) noexcept;

/// "PROVIDER_URL_2": a setting of a further account or guide.
struct NumberedField {
    const Field* field = nullptr;
    int number = 0; ///< 2 to Config::kMaxAccounts
};

[[nodiscard]] std::optional<NumberedField> find_numbered(std::string_view name) noexcept;
[[nodiscard]] const Field* find_flag(std::string_view flag, unsigned command) noexcept;

/// "PLEX_TUNER_ADDR"
[[nodiscard]] std::string variable_name(const Field& field);
[[nodiscard]] std::string variable_name(const NumberedField& numbered);

} // namespace plex_tuner::config
