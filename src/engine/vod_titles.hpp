// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/vodfs/title_source.hpp>

namespace plex_tuner::engine {

/// Titles that are HLS only are played as channels are, into the file.
class VodTitles final : public vodfs::TitleSource {
public:
    VodTitles(fetch::Client& client, fetch::Limits limits, log::Logger logger);

    [[nodiscard]] std::unique_ptr<vodfs::Title> open(
        vodfs::asio::any_io_executor strand, Url url, fetch::Governor& governor) override;

private:
    fetch::Client& client_;
    fetch::Limits limits_;
    log::Logger logger_;
};

} // namespace plex_tuner::engine
