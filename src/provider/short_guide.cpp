// SPDX-License-Identifier: GPL-3.0-or-later
#include "base64_text.hpp"
#include "xtream_list.hpp"

#include <plex_tuner/base/utf8.hpp>
#include <plex_tuner/provider/short_guide.hpp>

#include <algorithm>
#include <charconv>

namespace plex_tuner::provider {

namespace {

constexpr std::string_view kWhat = "the short guide";

enum Slot : std::uint8_t { kTitle, kDescription, kStart, kStop, kLocalStart, kLocalStop, kSlots };

constexpr FieldTable kFields{std::to_array<Field>({{"title", kTitle}, {"description", kDescription},
    {"start_timestamp", kStart}, {"stop_timestamp", kStop}, {"end_timestamp", kStop},
    {"start", kLocalStart}, {"end", kLocalStop}, {"stop", kLocalStop}})};

/// {"epg_listings": [{…}, …]}; the list may be an object, stand alone, or be missing.
class ShortGuideWalker final : public JsonEvents {
public:
    void open_object() override { open(true); }

    void open_list() override { open(false); }

    void close() override {
        if (level_ == record_level_) {
            end_record();
            record_level_ = 0;
        }
        if (level_ == listings_level_) {
            listings_level_ = 0;
        }
        --level_;
    }

    void key(std::string_view name) override {
        field_ = level_ == record_level_ ? kFields.find(name) : nullptr;
        if (level_ == 1) {
            at_listings_ = name == "epg_listings";
            at_account_ = name == AccountAnswer::kMember;
            if (at_account_) {
                account_.saw_member();
            }
        }
        at_auth_ = level_ == 2 && at_account_ && name == AccountAnswer::kAuth;
    }

    void text(std::string_view value) override {
        if (field_ != nullptr && level_ == record_level_) {
            values_.set(*field_, value);
        }
        other_value(true, is_yes(value));
    }

    void integer(std::int64_t value) override {
        std::array<char, 24> digits{};
        const auto [end, error] =
            std::to_chars(digits.data(), digits.data() + digits.size(), value);
        if (field_ != nullptr && level_ == record_level_) {
            values_.set(*field_, {digits.data(), end});
        }
        other_value(true, value != 0);
    }

    void boolean(bool value) override { other_value(value, value); }

    void null() override { other_value(false, false); }

    [[nodiscard]] Result<std::vector<XtreamListing>> finish() {
        if (Result<void> account = account_.verdict(kWhat); !account) {
            return fail(std::move(account).error());
        }
        if (!is_answer_) {
            return fail(ErrorCode::parse, std::string(kWhat) + ": the panel sent something else");
        }
        decode();
        return std::move(listings_);
    }

private:
    void open(bool object) {
        ++level_;
        field_ = nullptr;
        if (level_ == 1 && !object) {
            listings_level_ = 1;
        } else if (level_ == 2 && listings_level_ == 0 && at_listings_) {
            listings_level_ = 2;
        } else if (listings_level_ != 0 && level_ == listings_level_ + 1 && object) {
            record_level_ = level_;
            values_.clear();
        }
    }

    void other_value(bool something, bool yes) {
        if (level_ == 0) {
            is_answer_ = !something; // null and false stand for nothing
        }
        if (at_auth_) {
            account_.saw_auth(yes);
        }
    }

    void end_record() {
        const auto time = [&](Slot slot, Slot other) {
            const std::int64_t seconds = epoch_of(values_[slot]);
            return WallTime(
                std::chrono::seconds(seconds != 0 ? seconds : epoch_of(values_[other])));
        };
        XtreamListing listing{.title = values_[kTitle],
            .description = values_[kDescription],
            .start = time(kStart, kLocalStart),
            .stop = time(kStop, kLocalStop)};
        if (listing.start != WallTime() && listing.start < listing.stop &&
            listings_.size() < kMaxListings) {
            listings_.push_back(std::move(listing));
        }
    }

    /// Whether texts are base64 shows in all of them together: a plain title can look like it.
    void decode() {
        bool is_encoded = true;
        bool is_utf8 = true;
        std::size_t bytes = 0;
        for (const XtreamListing& listing : listings_) {
            for (const std::string& text : {listing.title, listing.description}) {
                const auto decoded = decode_base64(text);
                is_encoded = is_encoded && decoded.has_value();
                is_utf8 = is_utf8 && decoded && utf8::is_valid(*decoded);
                bytes += text.size();
            }
        }
        constexpr std::size_t kTelling = 64;
        is_encoded = is_encoded && (is_utf8 || bytes >= kTelling);
        for (XtreamListing& listing : listings_) {
            for (std::string* text : {&listing.title, &listing.description}) {
                if (is_encoded) {
                    *text = decode_base64(*text).value_or(std::string());
                }
                tidy(*text);
            }
        }
        std::erase_if(
            listings_, [](const XtreamListing& listing) { return listing.title.empty(); });
    }

    std::vector<XtreamListing> listings_;
    RecordValues<kSlots> values_;
    const Field* field_ = nullptr;
    std::size_t level_ = 0;          ///< containers that are open
    std::size_t listings_level_ = 0; ///< in them the list; 0: not in it
    std::size_t record_level_ = 0;   ///< in them a listing; 0: not in one
    bool at_listings_ = false;
    bool at_account_ = false;
    bool at_auth_ = false;
    bool is_answer_ = true;
    AccountAnswer account_;
};

} // namespace

Result<std::vector<XtreamListing>> read_short_guide(const Chunks& chunks) {
    ShortGuideWalker walker;
    if (Result<void> read = read_json(chunks, kWhat, walker); !read) {
        return fail(std::move(read).error());
    }
    return walker.finish();
}

std::string_view live_stream_id(const XtreamUrls& host, std::string_view address) {
    const std::string_view base = host.base().text();
    if (!address.starts_with(base)) {
        return {};
    }
    std::string_view path = address.substr(base.size());
    path = path.substr(0, path.find_first_of("?#"));
    if (path.starts_with("/live/")) {
        path.remove_prefix(std::string_view("/live").size());
    }
    if (!path.starts_with(host.credentials_path())) {
        return {};
    }
    path.remove_prefix(host.credentials_path().size());
    const std::string_view id = path.substr(0, path.find('.'));
    const bool is_id = !id.empty() && id.size() <= kMaxIdBytes &&
                       std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
    return is_id ? id : std::string_view();
}

} // namespace plex_tuner::provider
