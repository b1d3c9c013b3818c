// SPDX-License-Identifier: GPL-3.0-or-later
// What a channel may be made of besides continuous TS and plain HLS, with ffmpeg as the sender and
// ffprobe as the viewer.
#include "playlists.hpp"
#include "support/made_hls.hpp"
#include "support/media.hpp"
#include "support/scripted_provider.hpp"
#include "support/second_demuxer.hpp"
#include "support/ts_facts.hpp"
#include "support/tuner.hpp"

#include <fstream>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kGroup = "239.255.77.8";

/// A UDP port that nobody uses; even, as RTP wants it.
std::uint16_t free_udp_port() {
    for (;;) {
        const int descriptor = ::socket(AF_INET, SOCK_DGRAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), size);
        ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
        ::close(descriptor);
        if (const std::uint16_t port = ntohs(address.sin_port); port % 2 == 0 && port != 0) {
            return port;
        }
    }
}

/// Whether the loopback interface takes datagrams for a group.
bool has_loopback_multicast() {
    const int descriptor = ::socket(AF_INET, SOCK_DGRAM, 0);
    const in_addr loopback{htonl(INADDR_LOOPBACK)};
    ::setsockopt(descriptor, IPPROTO_IP, IP_MULTICAST_IF, &loopback, sizeof loopback);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(9);
    ::inet_pton(AF_INET, kGroup, &to.sin_addr);
    const bool sent =
        ::sendto(descriptor, "x", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 1;
    ::close(descriptor);
    return sent;
}

class Inputs : public ::testing::Test {
protected:
    void serve(const std::string& directory, const MadeFiles& files) {
        for (const auto& [name, content] : files) {
            provider_.on(directory + "/" + name, behave::content(content));
        }
    }

    void start(const std::vector<std::pair<std::string, std::string>>& channels) {
        provider_.on("/list.m3u", behave::content(playlist_of(channels)));
        start_with(provider_.url("/list.m3u"));
    }

    void start_with(const std::string& playlist) {
        tuner_.start({.settings = {{"M3U_URL", playlist}, {"START_TIMEOUT", "10s"}}});
        ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    }

    /// ffmpeg that sends the clip over and over in real time.
    std::unique_ptr<ChildProcess> send(const std::string& format, const std::string& address) {
        const auto file = tuner_.file("sent.ts");
        std::ofstream(file, std::ios::binary) << h264_clip();
        ChildOptions options;
        options.arguments = {"/usr/bin/env", "ffmpeg", "-v", "error", "-nostdin", "-re",
            "-stream_loop", "-1", "-i", file.string(), "-c", "copy", "-f", format, address};
        options.environment = {{"PATH", "/usr/bin:/bin"}};
        options.directory = tuner_.directory();
        return std::make_unique<ChildProcess>(options);
    }

    void expect_ffprobe_sees_it() {
        const auto result = run_command({"ffprobe", "-v", "error", "-show_entries",
            "stream=codec_name", "-of", "csv=p=0", tuner_.url("/auto/v1")});
        EXPECT_EQ(result.exit_code, 0) << result.errors << tuner_.process().stderr_text();
        EXPECT_THAT(result.output, HasSubstr("h264"));
        EXPECT_THAT(result.output, HasSubstr("aac"));
    }

    static TsFacts expect_clean(const std::string& body) {
        TsFacts facts = inspect_ts(body);
        EXPECT_TRUE(facts.aligned);
        EXPECT_TRUE(facts.begins_with_key_frame);
        EXPECT_EQ(facts.continuity_errors, 0u);
        EXPECT_EQ(complaints_of_tsreport(body), "");
        return facts;
    }

    /// Plays channel 1 to its end.
    std::string whole_channel() {
        StreamClient viewer(tuner_.port(), "/auto/v1");
        EXPECT_EQ(viewer.reply().status, 200) << tuner_.process().stderr_text();
        EXPECT_TRUE(viewer.read_to_end(std::chrono::seconds(60)));
        return viewer.body();
    }

    /// The pictures that ffprobe counts in it.
    int pictures(const std::string& body) {
        const auto file = tuner_.file("seen.ts");
        std::ofstream(file, std::ios::binary) << body;
        const auto result =
            run_command({"ffprobe", "-v", "error", "-select_streams", "v", "-count_frames",
                "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", file.string()});
        EXPECT_EQ(result.errors, "");
        return std::atoi(result.output.c_str());
    }

    ScriptedProvider provider_;
    Tuner tuner_;
};

TEST_F(Inputs, EncryptedHlsWithTwoKeys) {
    serve("/aes", make_encrypted_hls());
    start({{"one", provider_.url("/aes/list.m3u8")}});
    const std::string body = whole_channel();
    EXPECT_EQ(expect_clean(body).discontinuities, 0u) << "the encoder began anew, unseen";
    EXPECT_EQ(pictures(body), 6 * 25);
    EXPECT_EQ(provider_.count("/aes/a.key"), 1u);
    EXPECT_EQ(provider_.count("/aes/b.key"), 1u);
    expect_ffprobe_sees_it();
    // Neither as text nor as the hexadecimal digits of "kkkk".
    EXPECT_THAT(tuner_.process().stderr_text(), Not(HasSubstr("kkkk")));
    EXPECT_THAT(tuner_.process().stderr_text(), Not(HasSubstr("6b6b6b6b")));
}

TEST_F(Inputs, AKeyServerThatAnswersWithAPageIsNamed) {
    MadeFiles files = make_encrypted_hls();
    files["a.key"] = files["b.key"] = "<html><body>Please log in</body></html>";
    serve("/aes", files);
    start({{"one", provider_.url("/aes/list.m3u8")}});
    const HttpReply reply = tuner_.get("/auto/v1");
    EXPECT_EQ(reply.status, 503);
    EXPECT_THAT(reply.body, HasSubstr("the key server answered with an HTML page"));
}

TEST_F(Inputs, ByteRangesOfOneFile) {
    const MadeFiles files = make_single_file_hls();
    serve("/whole", files); // this server sends the whole file each time
    serve("/parts", files);
    provider_.on("/parts/list.ts", [file = files.at("list.ts")](ProviderConnection& connection,
                                       const ProviderRequest& request) {
        unsigned long first = 0;
        unsigned long last = 0;
        ASSERT_EQ(std::sscanf(request.header("range").c_str(), "bytes=%lu-%lu", &first, &last), 2);
        const std::string part = file.substr(first, last - first + 1);
        connection.send(
            "HTTP/1.1 206 Partial Content\r\nContent-Length: " + std::to_string(part.size()) +
            "\r\nContent-Range: bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" +
            std::to_string(file.size()) + "\r\n\r\n" + part);
    });
    start({{"one", provider_.url("/parts/list.m3u8")}, {"two", provider_.url("/whole/list.m3u8")}});
    const std::string body = whole_channel();
    EXPECT_EQ(expect_clean(body).discontinuities, 0u);
    EXPECT_EQ(pictures(body), 4 * 25);
    EXPECT_EQ(provider_.count("/parts/list.ts"), 4u);
    StreamClient second(tuner_.port(), "/auto/v2");
    EXPECT_TRUE(second.read_to_end(std::chrono::seconds(60)));
    EXPECT_EQ(second.body(), body);
}

TEST_F(Inputs, AMulticastGroup) {
    if (!has_loopback_multicast()) {
        GTEST_SKIP() << "this system has no multicast on its loopback interface";
    }
    const std::string place = std::string(kGroup) + ":" + std::to_string(free_udp_port());
    const auto sender = send("mpegts", "udp://" + place + "?pkt_size=1316&localaddr=127.0.0.1");
    start({{"one", "udp://@" + place + "?localaddr=127.0.0.1"}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(viewer.read(400'000)) << tuner_.process().stderr_text() << sender->stderr_text();
    expect_clean(viewer.body());
    expect_ffprobe_sees_it();
}

TEST_F(Inputs, RtpFromFfmpeg) {
    const std::string place = "127.0.0.1:" + std::to_string(free_udp_port());
    const auto sender = send("rtp_mpegts", "rtp://" + place);
    start({{"one", "rtp://" + place}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(viewer.read(400'000)) << tuner_.process().stderr_text() << sender->stderr_text();
    expect_clean(viewer.body());
    EXPECT_EQ(tuner_.metric("plex_tuner_rtp_packets_lost_total"), 0);
    expect_ffprobe_sees_it();
}

TEST_F(Inputs, AFileOfAPlaylistOnThisMachineIsPlayedAtItsPace) {
    std::ofstream(tuner_.file("clip.ts"), std::ios::binary) << h264_clip(4);
    std::ofstream(tuner_.file("own.m3u"))
        << playlist_of({{"one", "file://" + tuner_.file("clip.ts").string()}});
    start_with(tuner_.file("own.m3u").string());
    const auto begun = std::chrono::steady_clock::now();
    const std::string body = whole_channel();
    EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::seconds(2))
        << "four seconds, of which one may be sent ahead";
    expect_clean(body);
    EXPECT_GE(pictures(body), 99);
    expect_ffprobe_sees_it();
}

TEST_F(Inputs, APlaylistFromTheNetworkMustNotNameFiles) {
    const std::string secret = "nobody may have this";
    std::ofstream(tuner_.file("secret.txt")) << secret;
    std::ofstream(tuner_.file("clip.ts"), std::ios::binary) << h264_clip(4);
    const std::string directory = "file://" + tuner_.directory().string();
    // Nor may what a server plays lead to one.
    provider_.on("/leads.m3u8", behave::content("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" +
                                                directory + "/clip.ts\n#EXT-X-ENDLIST\n"));
    provider_.on("/moved.ts", behave::redirect(directory + "/clip.ts"));
    start({{"one", provider_.url("/leads.m3u8")}, {"two", provider_.url("/moved.ts")},
        {"three", directory + "/clip.ts"}, {"four", directory + "/secret.txt"},
        {"five", "rtsp://127.0.0.1/live"}});
    EXPECT_TRUE(tuner_.process().wait_for_line({"playlist lines skipped",
        "only a playlist file on this machine may name files", "count=2"}));
    EXPECT_TRUE(tuner_.process().wait_for_line({"playlist lines skipped", "unsupported scheme rtsp",
        "http, https, udp, rtp and file are supported"}));
    for (const char* number : {"1", "2", "3", "4"}) {
        const HttpReply reply = tuner_.get(std::string("/auto/v") + number);
        EXPECT_NE(reply.status, 200) << number;
        EXPECT_THAT(reply.body, Not(HasSubstr(secret)));
    }
}

TEST_F(Inputs, DashIsRefusedByName) {
    provider_.on("/manifest.mpd",
        behave::content("<?xml version=\"1.0\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\">"
                        "</MPD>\n",
            "application/dash+xml"));
    start({{"one", provider_.url("/manifest.mpd")}});
    const HttpReply reply = tuner_.get("/auto/v1");
    EXPECT_EQ(reply.status, 503);
    EXPECT_THAT(reply.body, HasSubstr("DASH manifest, which is not supported"));
}

} // namespace
} // namespace plex_tuner::testing
