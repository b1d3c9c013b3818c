// SPDX-License-Identifier: GPL-3.0-or-later
// What the gateway tells of the streams that pass through it.
#include "gateway_fixture.hpp"

#include <mutex>
#include <utility>

namespace plex_tuner::testing {
namespace {

using std::chrono::milliseconds;

const std::string kUrl = "http://origin/live.ts";
const std::string kBackup = "http://backup/live.ts";

class RecordingObserver final : public gateway::StreamObserver {
public:
    [[nodiscard]] bool wants(std::string_view /*channel_id*/) const override { return true; }

    void stream_format(std::string_view channel_id, const ts::StreamFormat& format) override {
        const std::lock_guard lock(mutex_);
        told_.emplace_back(channel_id, format);
    }

    [[nodiscard]] std::vector<std::pair<std::string, ts::StreamFormat>> told() const {
        const std::lock_guard lock(mutex_);
        return told_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::pair<std::string, ts::StreamFormat>> told_;
};

/// A radio programme of MPEG-1 layer II, 48 kHz: one channel or two.
class RadioStation {
public:
    explicit RadioStation(bool stereo) {
        // 32 kbit/s: 96 bytes a frame.
        ByteVector frame{0xFF, 0xFD, 0x14, static_cast<std::uint8_t>(stereo ? 0x00 : 0xC0)};
        frame.resize(96, 0x55);
        frames_ = joined({frame, frame, frame});
    }

    [[nodiscard]] ByteVector piece() {
        builder_.clear();
        builder_.pat().pmt({TsBuilder::stream(kAudioPid, 0x03)});
        PesOptions options;
        options.stream_id = 0xC0;
        options.pts = pts_;
        builder_.pes(kAudioPid, frames_, options);
        pts_ += 6'480;
        return builder_.bytes();
    }

private:
    TsBuilder builder_;
    ByteVector frames_;
    std::int64_t pts_ = 90'000;
};

class GatewayFormatTest : public GatewayTest {
protected:
    GatewayFormatTest() { options.observer = &observer_; }

    ~GatewayFormatTest() override { stop(); }

    RecordingObserver observer_;
};

TEST_F(GatewayFormatTest, IsToldOnceHoweverMuchIsSent) {
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    RadioStation station(true);
    body->push(station.piece());
    auto viewer = watch("5");
    eventually(
        [&] {
            body->push(station.piece());
            return !observer_.told().empty();
        },
        "the format is told");
    const std::size_t seen = (*viewer)->bytes().size();
    body->push(station.piece());
    (void)(*viewer)->wait_bytes(seen + 1);
    const auto told = observer_.told();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].first, "5");
    EXPECT_FALSE(told[0].second.video);
    ASSERT_EQ(told[0].second.audio.size(), 1U);
    EXPECT_EQ(told[0].second.audio[0].codec, ts::Codec::mpeg_audio);
    EXPECT_EQ(told[0].second.audio[0].channels, 2);
    const auto tuners = gateway().tuners();
    ASSERT_NE(tuners[0].format, nullptr);
    EXPECT_EQ(*tuners[0].format, told[0].second);
    EXPECT_EQ(tuners[1].format, nullptr);
}

TEST_F(GatewayFormatTest, IsToldAgainWhenAnotherSourceIsEncodedOtherwise) {
    add_channel("5", {kUrl, kBackup});
    auto body = origin.open(kUrl);
    auto backup = origin.open(kBackup);
    RadioStation stereo(true);
    RadioStation mono(false);
    body->push(stereo.piece());
    auto viewer = watch("5");
    eventually(
        [&] {
            body->push(stereo.piece());
            return observer_.told().size() == 1;
        },
        "the format is told");
    body->cut();
    eventually(
        [&] {
            backup->push(mono.piece());
            return observer_.told().size() == 2;
        },
        "the other format is told");
    EXPECT_EQ(observer_.told()[1].second.audio.at(0).channels, 1);
    EXPECT_EQ(gateway().tuners()[0].format->audio.at(0).channels, 1);
}

} // namespace
} // namespace plex_tuner::testing
