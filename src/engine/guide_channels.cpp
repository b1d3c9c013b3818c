// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/engine/guide_channels.hpp>
#include <plex_tuner/fetch/download.hpp>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace plex_tuner::engine {
namespace {

/// A directory for a download, gone with what is in it.
class Scratch {
public:
    Scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "plex-tuner-XXXXXX").string();
        path_ = ::mkdtemp(name.data()) == nullptr ? std::string() : name;
    }

    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

Result<std::filesystem::path> fetch_to(const std::filesystem::path& directory, const Url& url,
    const fetch::ClientOptions& client_options, const fetch::Limits& limits,
    const log::Logger& logger) {
    const auto client = fetch::Client::create(client_options, logger.module("fetch"));
    fetch::Request request(url);
    request.limits = limits;
    fetch::DownloadOptions options;
    options.accept = guide::looks_like_xmltv;
    boost::asio::io_context context;
    // Outside of the coroutine, for what a future hands over must be default-constructible.
    std::optional<Result<fetch::Download>> download;
    auto done = boost::asio::co_spawn(
        context,
        [&]() -> boost::asio::awaitable<void> {
            download = co_await fetch::download(
                *client, std::move(request), directory / "guide", options, logger);
        },
        boost::asio::use_future);
    context.run();
    done.get();
    if (!*download) {
        return fail(std::move(*download).error());
    }
    return (*download)->file;
}

} // namespace

Result<std::vector<guide::SourceChannel>> guide_channels_at(const Location& where,
    const fetch::ClientOptions& client_options, const fetch::Limits& limits,
    const log::Logger& logger) {
    if (const auto* file = std::get_if<std::filesystem::path>(&where)) {
        return guide::read_guide_channels({.file = *file}, {}, guide::ChannelScan::whole);
    }
    const Scratch scratch;
    if (scratch.path().empty()) {
        return fail(ErrorCode::io,
            "no place for a download in " + std::filesystem::temp_directory_path().string());
    }
    auto file = fetch_to(scratch.path(), std::get<Url>(where), client_options, limits, logger);
    if (!file) {
        return fail(std::move(file).error());
    }
    return guide::read_guide_channels({.file = *file}, {}, guide::ChannelScan::whole);
}

} // namespace plex_tuner::engine
