// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hls/playlist.hpp>

#include <string>

#include <gtest/gtest.h>

namespace plex_tuner::hls {
namespace {

std::string chosen(const std::string& variants) {
    const Result<Playlist> playlist = parse("#EXTM3U\n" + variants);
    EXPECT_TRUE(playlist);
    const Variant* variant = choose_variant(std::get<MasterPlaylist>(*playlist));
    return variant != nullptr ? variant->uri : "";
}

TEST(ChooseVariant, HighestBandwidth) {
    EXPECT_EQ(chosen("#EXT-X-STREAM-INF:BANDWIDTH=100\nlow\n#EXT-X-STREAM-INF:BANDWIDTH=300\nhigh\n"
                     "#EXT-X-STREAM-INF:BANDWIDTH=200\nmid\n"),
        "high");
}

TEST(ChooseVariant, FirstOfEqualOnes) {
    EXPECT_EQ(
        chosen("#EXT-X-STREAM-INF:BANDWIDTH=100\na\n#EXT-X-STREAM-INF:BANDWIDTH=100\nb\n"), "a");
    EXPECT_EQ(chosen("#EXT-X-STREAM-INF:X=1\na\n#EXT-X-STREAM-INF:X=1\nb\n"), "a");
}

TEST(ChooseVariant, AudioOnlyLosesToVideo) {
    EXPECT_EQ(chosen("#EXT-X-STREAM-INF:BANDWIDTH=900,CODECS=\"mp4a.40.2\"\naudio\n"
                     "#EXT-X-STREAM-INF:BANDWIDTH=100,CODECS=\"avc1.42e00a,mp4a.40.2\"\nvideo\n"),
        "video");
    EXPECT_EQ(chosen("#EXT-X-STREAM-INF:BANDWIDTH=900,CODECS=\"mp4a.40.2\"\naudio\n"
                     "#EXT-X-STREAM-INF:BANDWIDTH=100\nunnamed\n"),
        "unnamed");
}

TEST(ChooseVariant, AudioOnlyIsTakenWhenNothingElse) {
    EXPECT_EQ(chosen("#EXT-X-STREAM-INF:BANDWIDTH=64,CODECS=\"mp4a.40.5\"\nlow\n"
                     "#EXT-X-STREAM-INF:BANDWIDTH=128,CODECS=\"mp4a.40.2\"\nhigh\n"),
        "high");
}

TEST(ChooseVariant, UnusableCodecsLose) {
    EXPECT_EQ(chosen("#EXT-X-STREAM-INF:BANDWIDTH=900,CODECS=\"av01.0.08M.08,mp4a.40.2\"\nav1\n"
                     "#EXT-X-STREAM-INF:BANDWIDTH=800,CODECS=\"avc1.640028,opus\"\nopus\n"
                     "#EXT-X-STREAM-INF:BANDWIDTH=300,CODECS=\"HVC1.2.4.L123,ec-3,wvtt\"\nhevc\n"),
        "hevc");
    EXPECT_EQ(chosen("#EXT-X-STREAM-INF:BANDWIDTH=100,CODECS=\"vp09.00\"\nlow\n"
                     "#EXT-X-STREAM-INF:BANDWIDTH=900,CODECS=\"av01.0\"\nhigh\n"),
        "high");
}

TEST(ChooseVariant, SeparateSoundIsNoWorseUnlessAllElseIsEqual) {
    const std::string rendition = "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"en\",URI=\"en\"\n";
    EXPECT_EQ(chosen(rendition + "#EXT-X-STREAM-INF:BANDWIDTH=900,AUDIO=\"a\"\nbeside\n"
                                 "#EXT-X-STREAM-INF:BANDWIDTH=300\nmuxed\n"),
        "beside");
    EXPECT_EQ(chosen(rendition + "#EXT-X-STREAM-INF:BANDWIDTH=900,AUDIO=\"a\"\nbeside\n"
                                 "#EXT-X-STREAM-INF:BANDWIDTH=900\nmuxed\n"),
        "muxed");
}

TEST(ChooseVariant, NothingFromNothing) {
    EXPECT_EQ(choose_variant(MasterPlaylist{}), nullptr);
}

TEST(SeparateAudio, OnlyRenditionsWithTheirOwnPlaylist) {
    const Result<Playlist> playlist =
        parse("#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"x\",URI=\"x.m3u8\"\n"
              "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"y\",DEFAULT=YES,URI=\"y.m3u8\"\n"
              "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"b\",NAME=\"z\",DEFAULT=YES\n"
              "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"c\",NAME=\"s\",URI=\"s.m3u8\"\n"
              "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\"\n1\n"
              "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"b\"\n2\n"
              "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"c\"\n3\n"
              "#EXT-X-STREAM-INF:BANDWIDTH=1\n4\n");
    ASSERT_TRUE(playlist);
    const auto& master = std::get<MasterPlaylist>(*playlist);
    const Rendition* audio = separate_audio(master, master.variants[0]);
    ASSERT_NE(audio, nullptr);
    EXPECT_EQ(audio->uri, "y.m3u8");
    EXPECT_EQ(separate_audio(master, master.variants[1]), nullptr);
    EXPECT_EQ(separate_audio(master, master.variants[2]), nullptr);
    EXPECT_EQ(separate_audio(master, master.variants[3]), nullptr);
}

TEST(SeparateAudio, DefaultThenAutoselectThenTheFirst) {
    const std::string media = "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=";
    const std::string plain = "\"x\",URI=\"x.m3u8\"\n";
    const std::string automatic = "\"y\",AUTOSELECT=YES,URI=\"y.m3u8\"\n";
    const std::string by_default = "\"z\",AUTOSELECT=YES,DEFAULT=YES,URI=\"z.m3u8\"\n";
    const std::string inside = "\"w\",AUTOSELECT=YES,DEFAULT=YES\n";
    const auto heard = [&](std::initializer_list<std::string> renditions) {
        std::string text;
        for (const std::string& rendition : renditions) {
            text += media + rendition;
        }
        const auto playlist = parse(text + "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\"\n1\n");
        const auto& master = std::get<MasterPlaylist>(*playlist);
        const Rendition* audio = separate_audio(master, master.variants.front());
        return audio != nullptr ? audio->uri : "none";
    };
    EXPECT_EQ(heard({plain, automatic, by_default}), "z.m3u8");
    EXPECT_EQ(heard({plain, automatic}), "y.m3u8");
    EXPECT_EQ(heard({plain, "\"v\",URI=\"v.m3u8\"\n"}), "x.m3u8");
    EXPECT_EQ(heard({plain, automatic, inside}), "none");
}

TEST(SeparateAudio, AVariantThatIsSoundNeedsNone) {
    const auto playlist =
        parse("#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"x\",URI=\"x.m3u8\"\n"
              "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"mp4a.40.2\",AUDIO=\"a\"\nother.m3u8\n"
              "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\"\nx.m3u8\n");
    ASSERT_TRUE(playlist);
    const auto& master = std::get<MasterPlaylist>(*playlist);
    EXPECT_EQ(separate_audio(master, master.variants[0]), nullptr);
    EXPECT_EQ(separate_audio(master, master.variants[1]), nullptr);
}

TEST(VariantLadder, StepsDownAmongVariantsOfTheSameKind) {
    MasterPlaylist master;
    for (const auto& [uri, bandwidth, codecs] :
        std::initializer_list<std::tuple<const char*, std::uint64_t, std::vector<std::string>>>{
            {"sound", 100, {"mp4a.40.2"}}, {"middle", 500, {"avc1.4d401f", "mp4a.40.2"}},
            {"best", 900, {"avc1.4d401f", "mp4a.40.2"}}, {"low", 200, {"avc1.4d401f"}},
            {"backup", 900, {"avc1.4d401f"}}, {"foreign", 300, {"av01.0.04M.08"}}}) {
        Variant& variant = master.variants.emplace_back();
        variant.uri = uri;
        variant.bandwidth = bandwidth;
        variant.codecs = codecs;
    }
    std::string names;
    for (const Variant* variant : variant_ladder(master)) {
        names += variant->uri + " ";
    }
    EXPECT_EQ(names, "best middle low ");
    EXPECT_TRUE(variant_ladder(MasterPlaylist()).empty());
}

} // namespace
} // namespace plex_tuner::hls
