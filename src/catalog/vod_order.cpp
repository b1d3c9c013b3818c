// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/catalog/vod_order.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace plex_tuner::catalog {
namespace {

/// Lower than all that normalised text consists of: "a" comes before "a b" in any field.
constexpr char kFieldEnd = '\x01';

/// Appends letters in lower case and digits, with one blank for whatever is between them.
void append_normalised(std::string& out, Text text) {
    const std::size_t begin = out.size();
    out.resize_and_overwrite(begin + text.size(), [&](char* bytes, std::size_t) {
        std::size_t end = begin;
        bool gap = false;
        for (const char c : text) {
            if (!ascii::is_alnum(c)) {
                gap = end != begin;
                continue;
            }
            if (gap) {
                bytes[end++] = ' ';
            }
            gap = false;
            bytes[end++] = ascii::to_lower(c);
        }
        return end;
    });
}

/// Category, region, language and source tag have few combinations: each gets a number, and once
/// all are known, the numbers get ranks.
class Groups {
public:
    template <class Record>
    [[nodiscard]] std::uint32_t number_of(const Record& record) {
        const std::tuple fields(record.category, record.region, record.language, record.source_tag);
        if (fields != last_fields_ || numbers_.empty()) {
            last_fields_ = fields;
            key_.clear();
            for (const Text field :
                {record.category, record.region, record.language, record.source_tag}) {
                append_normalised(key_, field);
                key_.push_back(kFieldEnd);
            }
            last_number_ = numbers_.try_emplace(key_, static_cast<std::uint32_t>(numbers_.size()))
                               .first->second;
        }
        return last_number_;
    }

    /// By number.
    [[nodiscard]] std::vector<std::uint32_t> ranks() const {
        std::vector<std::pair<Text, std::uint32_t>> sorted(numbers_.begin(), numbers_.end());
        std::ranges::sort(sorted);
        std::vector<std::uint32_t> ranks(sorted.size());
        for (std::uint32_t rank = 0; rank < sorted.size(); ++rank) {
            ranks[sorted[rank].second] = rank;
        }
        return ranks;
    }

private:
    std::unordered_map<std::string, std::uint32_t> numbers_;
    std::tuple<Text, Text, Text, Text> last_fields_;
    std::uint32_t last_number_ = 0;
    std::string key_;
};

/// The first bytes of a title as numbers that compare as the texts do.
using TitleStart = std::array<std::uint64_t, 2>;

/// What most comparisons need, side by side.
struct Entry {
    std::uint32_t group = 0; ///< number, later rank
    std::uint32_t index = 0;
    TitleStart title_start{};
    std::size_t title_begin = 0; ///< of the normalised title among all of them
    std::size_t title_size = 0;
};

TitleStart start_of(std::string_view text) {
    TitleStart start{};
    for (std::size_t i = 0; i < sizeof start; ++i) {
        std::uint64_t& half = start[i / sizeof(std::uint64_t)];
        half = half << 8U | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    }
    return start;
}

template <class Record>
std::vector<Entry> sorted_entries(std::span<const Record> records) {
    Groups groups;
    std::string titles;
    std::vector<Entry> entries;
    entries.reserve(records.size());
    for (const Record& record : records) {
        const std::size_t begin = titles.size();
        append_normalised(titles, record.title);
        entries.push_back({.group = groups.number_of(record),
            .index = static_cast<std::uint32_t>(entries.size()),
            .title_start = start_of(std::string_view(titles).substr(begin)),
            .title_begin = begin,
            .title_size = titles.size() - begin});
    }
    const std::vector<std::uint32_t> ranks = groups.ranks();
    for (Entry& entry : entries) {
        entry.group = ranks[entry.group];
    }
    std::ranges::sort(entries, [&](const Entry& a, const Entry& b) {
        if (a.group != b.group) {
            return a.group < b.group;
        }
        if (a.title_start != b.title_start) {
            return a.title_start < b.title_start;
        }
        const auto title_of = [&titles](const Entry& entry) {
            return std::string_view(titles).substr(entry.title_begin, entry.title_size);
        };
        if (const auto order = title_of(a) <=> title_of(b); order != 0) {
            return order < 0;
        }
        const Record& left = records[a.index];
        const Record& right = records[b.index];
        return std::tie(left.year, left.id, a.index) < std::tie(right.year, right.id, b.index);
    });
    return entries;
}

/// Puts records[entries[i].index] at place i, without a second list.
template <class Record>
void permute(std::span<Record> records, std::vector<Entry>& entries) {
    for (std::uint32_t start = 0; start < entries.size(); ++start) {
        const Record first = records[start];
        std::uint32_t place = start;
        while (true) {
            const std::uint32_t source = std::exchange(entries[place].index, place);
            if (source == start) {
                break;
            }
            records[place] = records[source];
            place = source;
        }
        records[place] = first;
    }
}

template <class Record>
void sort_records(std::span<Record> records) {
    std::vector<Entry> entries = sorted_entries(std::span<const Record>(records));
    permute(records, entries);
}

} // namespace

void sort_vod(std::span<Movie> movies) {
    sort_records(movies);
}

void sort_vod(std::span<Series> series) {
    sort_records(series);
}

} // namespace plex_tuner::catalog
