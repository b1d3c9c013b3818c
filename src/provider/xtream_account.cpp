// SPDX-License-Identifier: GPL-3.0-or-later
#include "account_answer.hpp"
#include "json_reader.hpp"
#include "panel_values.hpp"
#include "record_fields.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/provider/xtream_account.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace plex_tuner::provider {
namespace {

constexpr std::string_view kWhat = "the account information";
constexpr std::size_t kMaxFormats = 16;
constexpr std::int64_t kMaxConnections = 1'000'000;

enum Slot : std::uint8_t {
    kAuth,
    kStatus,
    kMessage,
    kExpires,
    kMaxStreams,
    kActiveStreams,
    kTrial,
    kFormats,
    kHost,
    kPort,
    kHttpsPort,
    kProtocol,
    kTimeZone,
    kSlots
};

constexpr FieldTable kUserFields{std::to_array<Field>({{"auth", kAuth, FieldKind::flag},
    {"status", kStatus}, {"message", kMessage}, {"exp_date", kExpires},
    {"max_connections", kMaxStreams}, {"active_cons", kActiveStreams},
    {"is_trial", kTrial, FieldKind::flag}, {"allowed_output_formats", kFormats, FieldKind::list}})};

constexpr FieldTable kServerFields{
    std::to_array<Field>({{"url", kHost}, {"server_url", kHost}, {"port", kPort},
        {"https_port", kHttpsPort}, {"server_protocol", kProtocol}, {"timezone", kTimeZone}})};

class AccountWalker final : public JsonEvents {
public:
    void open_object() override { open(true); }

    void open_list() override { open(false); }

    void close() override {
        --level_;
        field_ = nullptr;
        if (level_ == kInRoot) {
            part_ = Part::other;
        }
    }

    void key(std::string_view name) override {
        field_ = nullptr;
        if (level_ == kInRoot) {
            part_ = name == AccountAnswer::kMember ? Part::user
                    : name == "server_info"        ? Part::server
                                                   : Part::other;
        } else if (level_ == kInPart && part_ == Part::user) {
            field_ = kUserFields.find(name);
        } else if (level_ == kInPart && part_ == Part::server) {
            field_ = kServerFields.find(name);
        }
    }

    void text(std::string_view value) override {
        if (field_ == nullptr) {
            return;
        }
        if (field_->slot == kFormats) {
            add_formats(value);
        } else {
            values.set(*field_, value);
        }
    }

    void integer(std::int64_t value) override {
        std::array<char, 24> digits{};
        const auto [end, error] =
            std::to_chars(digits.data(), digits.data() + digits.size(), value);
        text({digits.data(), end});
    }

    void boolean(bool value) override {
        if (field_ != nullptr) {
            values.set(*field_, value);
        }
    }

    void null() override {}

    RecordValues<kSlots> values;
    std::vector<std::string> formats;
    bool is_bare_list = false; ///< []
    bool has_user = false;

private:
    enum class Part : std::uint8_t { user, server, other };

    // Values of level_: containers that are open.
    static constexpr std::size_t kInRoot = 1;
    static constexpr std::size_t kInPart = 2;

    void open(bool object) {
        if (level_ == 0) {
            is_bare_list = !object;
        } else {
            is_bare_list = false;
        }
        has_user = has_user || (level_ == kInRoot && part_ == Part::user);
        const bool list_of_formats =
            !object && level_ == kInPart && field_ != nullptr && field_->kind == FieldKind::list;
        if (!list_of_formats) {
            field_ = nullptr;
        }
        ++level_;
    }

    /// One, or a comma list of them.
    void add_formats(std::string_view text) {
        for (const std::string_view part : ascii::split_list(text)) {
            std::string format = ascii::lower(part);
            tidy(format);
            if (formats.size() < kMaxFormats &&
                std::ranges::find(formats, format) == formats.end()) {
                formats.push_back(std::move(format));
            }
        }
    }

    std::size_t level_ = 0;
    Part part_ = Part::other;
    const Field* field_ = nullptr; ///< what the next value belongs to; null: it is not read
};

[[nodiscard]] XtreamStatus status_of(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, XtreamStatus>, 5> kWords = {
        {{"active", XtreamStatus::active}, {"trial", XtreamStatus::trial},
            {"expired", XtreamStatus::expired}, {"disabled", XtreamStatus::disabled},
            {"banned", XtreamStatus::banned}}};
    for (const auto& [word, status] : kWords) {
        if (ascii::iequals(text, word)) {
            return status;
        }
    }
    return XtreamStatus::other;
}

/// A host with what belongs around it. `host` may already have a scheme, a port and a path.
[[nodiscard]] std::optional<Url> stream_base(std::string_view host, std::string_view protocol,
    std::string_view port, std::string_view https_port) {
    if (host.empty()) {
        return std::nullopt;
    }
    std::string text;
    std::string_view rest = host;
    if (const std::size_t end = host.find("://"); end != std::string_view::npos) {
        text = ascii::lower(host.substr(0, end));
        rest = host.substr(end + 3);
    } else {
        text = ascii::iequals(protocol, "https") ? "https" : "http";
    }
    const std::string_view number = text == "https" ? https_port : port;
    const std::string_view name = rest.substr(0, rest.find('/'));
    std::string_view path = rest.substr(name.size());
    while (path.ends_with('/')) {
        path.remove_suffix(1);
    }
    text += "://";
    const bool bare_ipv6 = !name.starts_with('[') && std::ranges::count(name, ':') > 1;
    text += bare_ipv6 ? "[" + std::string(name) + "]" : std::string(name);
    const bool has_port =
        !bare_ipv6 && name.rfind(':') != std::string_view::npos && !name.ends_with(']');
    if (!has_port && count_of(number, 65535).value_or(0) != 0) {
        text.append(":").append(number);
    }
    text += path;
    auto url = Url::parse(text);
    return url && url->is_http() ? std::optional(*std::move(url)) : std::nullopt;
}

} // namespace

bool XtreamAccount::expired(WallTime now) const noexcept {
    return status == XtreamStatus::expired || (expires_at && *expires_at <= now);
}

Result<XtreamAccount> read_xtream_account(const Chunks& chunks) {
    AccountWalker walker;
    if (Result<void> read = read_json(chunks, kWhat, walker); !read) {
        return fail(std::move(read).error());
    }
    if (walker.is_bare_list) {
        return wrong_credentials(kWhat, "an empty list");
    }
    if (!walker.has_user) {
        return fail(ErrorCode::parse, std::string(kWhat) + ": the panel sent something else");
    }
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
        tidy(walker.values[slot]);
    }
    const auto value = [&](Slot slot) -> const std::string& {
        return walker.values[slot];
    };
    // Without the word of the panel an account that has a status is one.
    if (!value(kAuth).empty() ? !is_yes(value(kAuth)) : value(kStatus).empty()) {
        return wrong_credentials(kWhat, value(kAuth).empty() ? "no user_info" : "auth 0");
    }
    XtreamAccount account;
    account.status = status_of(value(kStatus));
    account.status_text = value(kStatus);
    account.message = value(kMessage);
    if (const std::int64_t expires = epoch_of(value(kExpires)); expires != 0) {
        account.expires_at = WallTime(std::chrono::seconds(expires));
    }
    if (const auto most = count_of(value(kMaxStreams), kMaxConnections); most && *most != 0) {
        account.max_connections = static_cast<std::int32_t>(*most);
    }
    account.active_connections =
        static_cast<std::int32_t>(count_of(value(kActiveStreams), kMaxConnections).value_or(0));
    account.trial = is_yes(value(kTrial)) || account.status == XtreamStatus::trial;
    account.output_formats = std::move(walker.formats);
    account.time_zone = value(kTimeZone);
    account.stream_base =
        stream_base(value(kHost), value(kProtocol), value(kPort), value(kHttpsPort));
    return account;
}

} // namespace plex_tuner::provider
