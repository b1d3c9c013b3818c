// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared_governor.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/engine/lineup_probe.hpp>
#include <plex_tuner/provider/chunks.hpp>
#include <plex_tuner/provider/hdhr_reader.hpp>

#include <filesystem>
#include <utility>
#include <variant>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace plex_tuner::engine {

namespace {

constexpr std::size_t kMaxDocument = std::size_t{32} << 20;
constexpr std::chrono::seconds kTotal{30};

Result<std::string> fetch_document(const Url& url, const IndexOptions& options,
    const fetch::ClientOptions& client_options, const log::Logger& logger) {
    const auto client = fetch::Client::create(client_options, logger.module("fetch"));
    asio::io_context context(1);
    const auto work = [&]() -> asio::awaitable<Result<std::string>> {
        fetch::Request request(url);
        request.limits = options.limits;
        request.limits.total = kTotal;
        auto answer = co_await client->get(std::move(request), kMaxDocument);
        if (!answer) {
            co_return fail(std::move(answer).error());
        }
        if (answer->head.status != 200) {
            co_return fail(Error::from_http_status(
                answer->head.status, "status " + std::to_string(answer->head.status)));
        }
        co_return std::move(answer->body);
    };
    auto done = asio::co_spawn(context, work(), asio::use_future);
    context.run();
    return done.get();
}

/// The address as it is to be asked for; none: it is of no use then.
std::optional<Url> address_of(std::string_view text, const LineupDocument& document) {
    std::string address(text);
    for (const auto& [old, replacement] : document.replaced_prefixes) {
        if (address.starts_with(old)) {
            address.replace(0, old.size(), replacement);
            break;
        }
    }
    auto url = Url::parse(address);
    if (url && document.base) {
        std::string rest(url->path());
        if (const std::string_view query = url->query(); !query.empty()) {
            rest.append("?").append(query);
        }
        url = Url::parse(document.base->origin() + rest);
    }
    if (!url || !url->is_http()) {
        return std::nullopt;
    }
    const auto* from = std::get_if<Url>(&document.location);
    const bool is_of_tuner = (from != nullptr && from->origin() == url->origin()) ||
                             (document.base && document.base->origin() == url->origin());
    if (is_of_tuner && url->query().empty()) {
        url = Url::parse(std::string(url->text()) + "?transcode=none");
    }
    return url ? std::optional(std::move(*url)) : std::nullopt;
}

/// What follows /stream/, as the ancestor's addresses have it. Where that is a path of its own it
/// is no id, and may hold a password.
std::string channel_id_of(const Url& url) {
    constexpr std::string_view kStream = "/stream/";
    const std::string_view path = url.path();
    const std::size_t at = path.find(kStream);
    const std::string_view id =
        at == std::string_view::npos ? std::string_view() : path.substr(at + kStream.size());
    return id.find('/') == std::string_view::npos ? std::string(id) : std::string();
}

} // namespace

Result<std::vector<ProbedChannel>> read_lineup_document(const LineupDocument& document,
    const IndexOptions& options, const fetch::ClientOptions& client_options,
    const log::Logger& logger) {
    const auto* url = std::get_if<Url>(&document.location);
    const std::string shown = url != nullptr
                                  ? url->redacted()
                                  : std::get<std::filesystem::path>(document.location).string();
    auto text = url != nullptr
                    ? fetch_document(*url, options, client_options, logger)
                    : read_file(std::get<std::filesystem::path>(document.location), kMaxDocument);
    if (!text) {
        return fail_with(std::move(text), shown);
    }
    std::vector<ProbedChannel> channels;
    const auto read = provider::read_hdhr_lineup(
        provider::text_chunks(*text), [&](const provider::HdhrChannel& from) {
            auto address = address_of(from.url, document);
            if (!address) {
                return;
            }
            ProbedChannel& channel = channels.emplace_back();
            channel.channel_id = channel_id_of(*address);
            channel.guide_number = from.number;
            channel.name = from.name;
            channel.tvg_id = from.tvg_id;
            channel.sources.push_back({.url = std::move(*address)});
        });
    if (!read) {
        return fail(Error(read.error()).with_context(shown));
    }
    return channels;
}

} // namespace plex_tuner::engine
