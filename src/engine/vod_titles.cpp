// SPDX-License-Identifier: GPL-3.0-or-later
#include "vod_titles.hpp"

#include <plex_tuner/gateway/title_stream.hpp>

#include <utility>

namespace plex_tuner::engine {
namespace {

namespace asio = boost::asio;

class PlayedTitle final : public vodfs::Title {
public:
    explicit PlayedTitle(std::unique_ptr<gateway::TitleStream> stream)
        : stream_(std::move(stream)) {}

    asio::awaitable<Result<std::string>> read() override { return stream_->read(); }

    void cancel() noexcept override { stream_->cancel(); }

    asio::awaitable<void> finish() override { return stream_->finish(); }

private:
    std::unique_ptr<gateway::TitleStream> stream_;
};

} // namespace

VodTitles::VodTitles(fetch::Client& client, fetch::Limits limits, log::Logger logger)
    : client_(client), limits_(limits), logger_(std::move(logger)) {}

std::unique_ptr<vodfs::Title> VodTitles::open(
    asio::any_io_executor strand, Url url, fetch::Governor& governor) {
    return std::make_unique<PlayedTitle>(gateway::TitleStream::open(
        strand, client_, std::move(url), {.limits = limits_, .governor = &governor}, logger_));
}

} // namespace plex_tuner::engine
