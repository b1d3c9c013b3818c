// SPDX-License-Identifier: GPL-3.0-or-later
#include "xteve_channels.hpp"

#include "foreign_text.hpp"
#include "json_object.hpp"
#include "table_rows.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/lineup/number_book.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace plex_tuner::migrate {

namespace {

using nlohmann::json;

/// "xTeVe Dummy", "Threadfin Dummy": programmes made up, as ours are where there are none.
[[nodiscard]] bool is_dummy(std::string_view guide_file) {
    return ascii::iends_with(guide_file, " Dummy");
}

/// A channel as xepg.json has it.
struct Entry {
    std::string key;
    std::string playlist;
    std::string group;
    bool is_active = false;
    bool is_hidden = false;
    lineup::TableRow row;
    std::string given_number; ///< as it stands there
    std::string guide_file;
    std::string mapping;
};

[[nodiscard]] std::tuple<std::int64_t, std::int64_t> number_order(const std::string& number) {
    const std::size_t dot = number.find('.');
    constexpr std::int64_t kLast = std::int64_t{1} << 40;
    return {
        ascii::parse_integer<std::int64_t>(std::string_view(number).substr(0, dot)).value_or(kLast),
        dot == std::string::npos
            ? -1
            : ascii::parse_integer<std::int64_t>(std::string_view(number).substr(dot + 1))
                  .value_or(0)};
}

class Reader {
public:
    Reader(const std::string& file, const XteveSources& sources)
        : problem_(file), sources_(sources) {}

    Result<XteveChannels> read(const json& document) {
        for (const auto& [key, value] : document.items()) {
            if (!value.is_object()) {
                problem_.add(shown(key),
                    std::string("must be an object, and is of the type ") + value.type_name());
                break;
            }
            read_channel(key, value);
        }
        if (problem_.error()) {
            return fail(*problem_.error());
        }
        find_backups();
        take_rows();
        note_the_rest();
        return std::move(result_);
    }

private:
    /// `why` may come for several channels: they are listed together.
    void note(const std::string& what, const std::string& why, const std::string& channel) {
        const auto [known, fresh] =
            place_of_note_.try_emplace(std::pair(what, why), result_.left_out.size());
        if (fresh) {
            result_.left_out.push_back({what, why});
        }
        result_.left_out[known->second].channels.push_back(channel);
    }

    void read_channel(const std::string& key, const json& value) {
        JsonObject fields(value, shown(key), problem_);
        Entry entry;
        entry.key = key;
        entry.playlist = fields.text("_file.m3u.id");
        entry.group = fields.text("group-title");
        entry.is_active = fields.flag("x-active");
        entry.is_hidden = fields.flag("x-hide-channel");
        entry.row.name = plain_text(fields.text("name"));
        entry.row.tvg_id = plain_text(fields.text("tvg-id"));
        if (entry.row.name.empty()) {
            entry.row.name = plain_text(fields.text("tvg-name"));
        }
        entry.given_number = ascii::trim(fields.text("x-channelID"));
        entry.guide_file = ascii::trim(fields.text("x-xmltv-file"));
        entry.mapping = plain_text(fields.text("x-mapping"));
        if (const std::string name = plain_text(fields.text("x-name")); name != entry.row.name) {
            entry.row.new_name = name;
        }
        if (entry.row.name.empty() && entry.row.tvg_id.empty()) {
            if (entry.is_active) {
                note("channels without a name",
                    "nothing says which channel of the playlist is meant", shown(key));
            }
            return;
        }
        if (entry.is_active && !entry.is_hidden) {
            note_extras(fields, entry);
        }
        entries_.push_back(std::move(entry));
    }

    void note_extras(JsonObject& fields, const Entry& entry) {
        const std::string& name = entry.row.name;
        if (is_chosen(fields.text("x-category"))) {
            note("categories of channels",
                "programmes have the categories of their guide; "
                "PLEX_TUNER_GUIDE_PLEX_REPAIRS=categories adds those that Plex knows",
                name);
        }
        if (const std::string group = fields.text("x-group-title");
            is_chosen(group) && group != entry.group) {
            note("other groups", "a channel is in the group that its playlist says", name);
        }
        if (is_chosen(fields.text("x-description"))) {
            note("descriptions of channels", "there are none here", name);
        }
        if (is_chosen(fields.text("x-ppv-extra"))) {
            note("additions to event names",
                "programmes of event channels are made of their names alone", name);
        }
        for (const char* const backup :
            {"x-backup-channel-1", "x-backup-channel-2", "x-backup-channel-3"}) {
            if (is_chosen(fields.text(backup))) {
                note("backup channels",
                    "a channel's backups are the other addresses its playlists have for it: those "
                    "with its tvg-id in another playlist",
                    name);
                break;
            }
        }
        const std::string shift(ascii::trim(fields.text("x-timeshift")));
        if (is_chosen(shift) && shift != "0" && shift != ascii::trim(fields.text("tvg-shift"))) {
            note("time shift of " + shown(shift) + " hours",
                "set PLEX_TUNER_GUIDE_SHIFT_CHANNELS (name=hours)", name);
        }
    }

    /// Its place among our accounts.
    [[nodiscard]] std::size_t place(const Entry& entry) const {
        return static_cast<std::size_t>(
            std::ranges::find(sources_.playlists, entry.playlist) - sources_.playlists.begin());
    }

    /// The first playlist that has a tvg-id, and what it calls the channel.
    struct First {
        std::size_t place = 0;
        std::vector<std::string> names = {};
    };

    using FirstByTvgId = std::unordered_map<std::string, First>;

    template <class Counts>
    [[nodiscard]] FirstByTvgId first_by_tvg_id(const Counts& counts) const {
        FirstByTvgId found;
        for (const Entry& entry : entries_) {
            if (entry.row.tvg_id.empty() || !counts(entry)) {
                continue;
            }
            const std::size_t at = place(entry);
            const auto [known, fresh] =
                found.try_emplace(ascii::lower(entry.row.tvg_id), First{.place = at});
            if (at < known->second.place) {
                known->second = {.place = at};
            }
            if (at == known->second.place) {
                known->second.names.push_back(entry.row.name);
            }
        }
        return found;
    }

    /// A channel of a later playlist with the guide id of one of an earlier playlist becomes a
    /// source of that. Where viewers had that of the later one, it is the one that is in the table,
    /// and says its name, as the merged channel has that of the earlier one.
    void find_backups() {
        const auto is_seen = [](const Entry& entry) {
            return entry.is_active && !entry.is_hidden;
        };
        const FirstByTvgId first_seen = first_by_tvg_id(is_seen);
        const FirstByTvgId first = first_by_tvg_id([](const Entry&) { return true; });
        const auto is_backup = [&](const Entry& entry) {
            return is_seen(entry) && !entry.row.tvg_id.empty() &&
                   first_seen.at(ascii::lower(entry.row.tvg_id)).place < place(entry);
        };
        for (const Entry& entry : entries_) {
            if (is_backup(entry)) {
                note("channels that two playlists have",
                    "with the same tvg-id they become one channel here, under the number of the "
                    "first playlist; the other is its backup",
                    entry.row.name + " (" + entry.given_number + ")");
            }
        }
        std::erase_if(entries_, is_backup);
        for (Entry& entry : entries_) {
            if (!is_seen(entry) || entry.row.tvg_id.empty() || !entry.row.new_name.empty()) {
                continue;
            }
            const First& merged = first.at(ascii::lower(entry.row.tvg_id));
            if (merged.place < place(entry) &&
                std::ranges::any_of(
                    merged.names,
                    [&](const std::string& name) { return name != entry.row.name; })) {
                entry.row.new_name = entry.row.name;
            }
        }
    }

    void take_rows() {
        std::ranges::sort(entries_, [](const Entry& a, const Entry& b) {
            return std::tuple(number_order(a.given_number), a.key) <
                   std::tuple(number_order(b.given_number), b.key);
        });
        std::map<std::string, std::string> owner; // of a number
        std::unordered_map<std::string, std::size_t> same_key;
        for (Entry& entry : entries_) {
            if (!entry.is_active) {
                ++inactive_;
                continue;
            }
            if (entry.is_hidden) {
                note("hidden channels", "they were in no list, and are in none here",
                    entry.row.name);
                continue;
            }
            set_number(entry, owner);
            set_guide(entry);
            if (++same_key[lineup::name_key(entry.row.tvg_id, entry.row.name)] == 2) {
                note("channels that have both name and tvg-id in common",
                    "which of them gets which number follows their order in the playlist",
                    entry.row.name);
            }
            result_.rows.push_back(std::move(entry.row));
        }
        cap_rows(result_.rows, result_.left_out);
    }

    void set_number(Entry& entry, std::map<std::string, std::string>& owner) {
        entry.row.number = lineup::canonical_number(entry.given_number);
        if (entry.row.number.empty()) {
            note("number '" + shown(entry.given_number) + "'",
                "it is no guide number here (like 5 or 5.1, at most seven digits a part); the "
                "channel gets a free one",
                entry.row.name);
            return;
        }
        const auto [known, fresh] = owner.emplace(entry.row.number, entry.row.name);
        if (!fresh) {
            note("number " + entry.row.number + " a second time",
                known->second + " has it; the other one gets a free number", entry.row.name);
            entry.row.number.clear();
        }
    }

    void set_guide(Entry& entry) {
        if (!is_chosen(entry.mapping) || !is_chosen(entry.guide_file) ||
            is_dummy(entry.guide_file)) {
            return; // found by its own id and name, else a placeholder
        }
        entry.row.guide_id = entry.mapping;
        ++result_.guide_uses[entry.guide_file];
        if (!sources_.guides.contains(entry.guide_file)) {
            note("a guide that is not there any more (" + shown(entry.guide_file) + ")",
                "settings.json does not have it; the ids are kept, for another guide that has them",
                entry.row.name);
        }
    }

    void note_the_rest() {
        if (inactive_ > 0) {
            result_.left_out.push_back({std::to_string(inactive_) + " channels that are not active",
                "they are not in the table; a line with nothing but * at its end lets in all "
                "that have no line"});
        }
        if (result_.guide_uses.size() > 1) {
            std::string names;
            for (const auto& [file, uses] : result_.guide_uses) {
                const auto known = sources_.guides.find(file);
                names += (names.empty() ? "" : ", ") +
                         shown(known == sources_.guides.end() ? file : known->second);
            }
            result_.left_out.push_back(
                {"which guide a channel's id is looked for in (" + names + ")",
                    "it is the first one that has that id, and a later one fills what is open"});
        }
    }

    JsonProblem problem_;
    const XteveSources& sources_;
    /// Of what and why in left_out: each channel may have one of its own.
    std::map<std::pair<std::string, std::string>, std::size_t> place_of_note_;
    std::vector<Entry> entries_;
    std::size_t inactive_ = 0;
    XteveChannels result_;
};

} // namespace

Result<XteveChannels> read_xteve_channels(
    const json& document, const std::string& file, const XteveSources& sources) {
    return Reader(file, sources).read(document);
}

} // namespace plex_tuner::migrate
