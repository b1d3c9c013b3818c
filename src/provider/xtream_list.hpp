// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "account_answer.hpp"
#include "json_reader.hpp"
#include "panel_values.hpp"
#include "record_fields.hpp"

#include <plex_tuner/provider/xtream_reader.hpp>

#include <array>
#include <charconv>
#include <functional>
#include <string>

namespace plex_tuner::provider {

/// A list of flat records, as a JSON list or as an object whose members are the records. Shape says
/// what a record is: Record; kWhat, its list's name in errors; kFields, what is read of it; kSlots;
/// make(values, record), false when it cannot be used.
template <class Shape>
class ListWalker final : public JsonEvents {
public:
    using Record = typename Shape::Record;

    explicit ListWalker(const std::function<void(const Record&)>& sink) : sink_(sink) {}

    void open_object() override { open(true); }

    void open_list() override { open(false); }

    void close() override {
        --level_;
        if (level_ == kInRoot && in_record_) {
            in_record_ = false;
            end_record();
        }
        in_account_ = in_account_ && level_ > kInRoot;
    }

    void key(std::string_view name) override {
        if (level_ == kInRoot) {
            at_account_ = name == AccountAnswer::kMember;
            if (at_account_) {
                account_.saw_member();
            }
        } else if (level_ == kInRecord && in_record_) {
            field_ = Shape::kFields.find(name);
        } else if (level_ == kInRecord && in_account_) {
            at_auth_ = name == AccountAnswer::kAuth;
        }
    }

    void text(std::string_view value) override {
        if (field_ != nullptr) {
            set_text(value);
        } else {
            other_value(true, is_yes(value));
        }
    }

    void integer(std::int64_t value) override {
        if (field_ == nullptr) {
            other_value(true, value != 0);
            return;
        }
        std::array<char, 24> digits{};
        const auto [end, error] =
            std::to_chars(digits.data(), digits.data() + digits.size(), value);
        set_text({digits.data(), end});
    }

    void boolean(bool value) override {
        if (field_ != nullptr && level_ == kInRecord) {
            values_.set(*field_, value);
        } else {
            other_value(value, value);
        }
    }

    void null() override { other_value(false, false); }

    [[nodiscard]] Result<XtreamCounts> finish() const {
        if (Result<void> account = account_.verdict(Shape::kWhat); !account) {
            return fail(std::move(account).error());
        }
        if (!is_list_ || (is_map_ && counts_.read == 0 && counts_.skipped != 0)) {
            return fail(
                ErrorCode::parse, std::string(Shape::kWhat) + ": the panel sent something else");
        }
        return counts_;
    }

private:
    // Values of level_: containers that are open.
    static constexpr std::size_t kInRoot = 1;
    static constexpr std::size_t kInRecord = 2;
    static constexpr std::size_t kInFieldList = 3;

    void open(bool object) {
        if (level_ == 0) {
            is_map_ = object;
        } else if (level_ == kInRoot && at_account_) {
            in_account_ = object;
        } else if (level_ == kInRoot && object) {
            in_record_ = true;
            values_.clear();
            field_ = nullptr;
        } else if (level_ == kInRoot) {
            ++counts_.skipped;
        } else if (object || level_ != kInRecord || field_ == nullptr ||
                   field_->kind != FieldKind::list) {
            field_ = nullptr; // nothing in there is read
        }
        ++level_;
    }

    void set_text(std::string_view value) {
        if (level_ == kInRecord) {
            values_.set(*field_, value);
        } else if (level_ == kInFieldList) {
            values_.set_first(*field_, value);
        }
    }

    /// A value that is no field of a record. `something` is false for null and false, which stand
    /// for nothing.
    void other_value(bool something, bool yes) {
        if (level_ == 0) {
            is_list_ = !something;
        } else if (level_ == kInRoot && !at_account_) {
            ++counts_.skipped;
        } else if (level_ == kInRecord && in_account_ && at_auth_) {
            account_.saw_auth(yes);
        }
    }

    void end_record() {
        field_ = nullptr;
        Record record;
        if (!Shape::make(values_, record)) {
            ++counts_.skipped;
            return;
        }
        ++counts_.read;
        sink_(record);
    }

    const std::function<void(const Record&)>& sink_;
    RecordValues<Shape::kSlots> values_;
    const Field* field_ = nullptr; ///< what the next value belongs to; null: it is not read
    std::size_t level_ = 0;
    AccountAnswer account_;
    XtreamCounts counts_;
    bool is_list_ = true;
    bool is_map_ = false;
    bool in_record_ = false;
    bool at_account_ = false;
    bool in_account_ = false;
    bool at_auth_ = false;
};

/// Reads a whole answer.
template <class Shape>
[[nodiscard]] Result<XtreamCounts> read_list(
    const Chunks& chunks, const std::function<void(const typename Shape::Record&)>& sink) {
    ListWalker<Shape> walker(sink);
    if (Result<void> read = read_json(chunks, Shape::kWhat, walker); !read) {
        return fail(std::move(read).error());
    }
    return walker.finish();
}

} // namespace plex_tuner::provider
