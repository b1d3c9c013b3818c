// SPDX-License-Identifier: GPL-3.0-or-later
#include "live_hls.hpp"

namespace plex_tuner::testing {

namespace {

constexpr std::size_t kPaths = 4000; // more segments than any test plays

std::string segment_path(const std::string& path, std::size_t number) {
    return path + "/hi/" + std::to_string(number) + ".ts";
}

} // namespace

struct LiveHls::State {
    std::vector<std::string> segments;
    LiveHlsOptions options;
    std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();

    [[nodiscard]] std::string media_playlist() const;

    [[nodiscard]] Behaviour answer(std::string body, std::string type) const {
        return options.keep_alive ? behave::content_kept(std::move(body), std::move(type))
                                  : behave::content(std::move(body), std::move(type));
    }
};

LiveHls::LiveHls(ScriptedProvider& provider, std::string path, std::vector<std::string> segments,
    LiveHlsOptions options)
    : provider_(provider), path_(std::move(path)), with_master_(options.with_master) {
    auto state = std::make_shared<State>();
    state->segments = std::move(segments);
    state->options = options;
    if (options.with_master) {
        provider_.on(path_ + "/master.m3u8",
            behave::content(
                "#EXTM3U\n"
                "#EXT-X-STREAM-INF:BANDWIDTH=300000,CODECS=\"mp4a.40.2\"\naudio/list.m3u8\n"
                "#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=320x180,CODECS=\"avc1.4d001e,mp4a."
                "40.2\"\n"
                "lo/list.m3u8\n"
                "#EXT-X-STREAM-INF:BANDWIDTH=1600000,RESOLUTION=640x360,CODECS=\"avc1.4d001e,mp4a."
                "40.2\"\n"
                "hi/list.m3u8\n",
                "application/vnd.apple.mpegurl"));
    }
    provider_.on(path_ + "/hi/list.m3u8",
        [state](ProviderConnection& connection, const ProviderRequest& request) {
            state->answer(state->media_playlist(), "application/vnd.apple.mpegurl")(
                connection, request);
        });
    if (!options.map.empty()) {
        provider_.on(path_ + "/hi/init.mp4", behave::content(options.map, "video/mp4"));
    }
    for (std::size_t i = 0; i < kPaths; ++i) {
        if (i == options.gone_segment) {
            provider_.on(segment_path(path_, i), behave::status(404));
            continue;
        }
        provider_.on(segment_path(path_, i),
            [state, i](ProviderConnection& connection, const ProviderRequest& request) {
                state->answer(state->segments[i % state->segments.size()], "video/mp2t")(
                    connection, request);
            });
    }
}

std::string LiveHls::State::media_playlist() const {
    const auto elapsed = std::chrono::steady_clock::now() - begin;
    // A channel that is on the air has had a full window before anybody looks.
    const std::size_t newest =
        options.window + static_cast<std::size_t>(elapsed / options.segment_time);
    const std::size_t shown =
        newest >= options.reset_after ? newest - options.reset_after + 1 : newest;
    const std::size_t first = shown >= options.window ? shown - options.window : 0;
    std::string list =
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:" + std::to_string(options.seconds) +
        "\n#EXT-X-MEDIA-SEQUENCE:" + std::to_string(first) + "\n";
    if (!options.map.empty()) {
        list += "#EXT-X-MAP:URI=\"init.mp4\"\n";
    }
    for (std::size_t number = first; number < shown; ++number) {
        if (number > 0 && number % segments.size() == 0) {
            list += "#EXT-X-DISCONTINUITY\n";
        }
        list += "#EXTINF:" + std::to_string(options.seconds) + ".0,\n" + std::to_string(number) +
                ".ts\n";
    }
    return list;
}

std::string LiveHls::entry_url() const {
    return provider_.url(path_ + (with_master_ ? "/master.m3u8" : "/hi/list.m3u8"));
}

std::size_t LiveHls::segment_requests() const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < 200; ++i) {
        count += provider_.count(segment_path(path_, i));
    }
    return count;
}

std::size_t LiveHls::playlist_requests() const {
    return provider_.count(path_ + "/hi/list.m3u8");
}

} // namespace plex_tuner::testing
