// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/gateway/transcode_policy.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const ChannelKeys kKeys{.channel_id = "id-1", .guide_number = "7", .tvg_id = "one.example"};

std::string name_of(const TranscodeChoice& choice) {
    return choice.profile ? choice.profile->name : "";
}

TranscodeWish wish(std::optional<std::string> profile, std::optional<std::string> transcode = {}) {
    return transcode_wish(profile, transcode).value();
}

ts::StreamFormat format(std::optional<ts::Codec> video, std::vector<ts::AudioFormat> audio) {
    ts::StreamFormat result;
    if (video) {
        result.video = ts::VideoFormat{.codec = *video};
    }
    result.audio = std::move(audio);
    return result;
}

ts::AudioFormat aac(std::uint32_t rate) {
    return {.codec = ts::Codec::aac_adts, .sample_rate = rate};
}

TEST(TranscodeMode, HasItsWords) {
    for (const char* word : {"off", "0", "false", "NO", ""}) {
        EXPECT_EQ(transcode_mode_named(word), TranscodeMode::off) << word;
    }
    for (const char* word : {"on", "1", "True", "yes"}) {
        EXPECT_EQ(transcode_mode_named(word), TranscodeMode::on) << word;
    }
    EXPECT_EQ(transcode_mode_named(" auto "), TranscodeMode::automatic);
    EXPECT_EQ(transcode_mode_named("auto_cached"), TranscodeMode::automatic_cached);
    EXPECT_EQ(transcode_mode_named("cached_auto"), TranscodeMode::automatic_cached);
    EXPECT_EQ(transcode_mode_named("sometimes"), std::nullopt);
}

TEST(TranscodePolicy, TheRequestComesFirst) {
    const TranscodePolicy policy({.mode = TranscodeMode::on, .profile = "lowbitrate"},
        {.transcode = {{"7", true}}, .profiles = {{"7", "dashfast"}}});
    const auto wanted = policy.choose(kKeys, wish("safe"));
    EXPECT_EQ(name_of(wanted), "plexsafe");
    EXPECT_EQ(wanted.reason, "query-profile");
    const auto as_is = policy.choose(kKeys, wish({}, "none"));
    EXPECT_EQ(name_of(as_is), "");
    EXPECT_EQ(as_is.reason, "query-transcode");
    EXPECT_EQ(name_of(policy.choose(kKeys, wish("plexsafe", "none"))), "plexsafe");
    EXPECT_EQ(name_of(policy.choose(kKeys, wish("", "mobile"))), "mobile");
}

TEST(TranscodePolicy, ARequestIsHeardWhateverTheMode) {
    const TranscodePolicy policy;
    EXPECT_EQ(name_of(policy.choose(kKeys, wish("pmsxcode"))), "pmsxcode");
    EXPECT_EQ(name_of(policy.choose(kKeys, wish({}))), "");
}

TEST(TranscodePolicy, AnUnknownProfileIsTheDefaultAndIsSaid) {
    const TranscodePolicy policy;
    const auto choice = policy.choose(kKeys, wish("nonsense"));
    EXPECT_EQ(name_of(choice), "default");
    EXPECT_EQ(choice.unknown_profile, "nonsense");
}

TEST(TranscodePolicy, TheWordsOfHdHomeRunAreProfiles) {
    const TranscodePolicy policy;
    for (const auto& [word, profile] : std::vector<std::pair<std::string, std::string>>{
             {"heavy", "default"}, {"mobile", "mobile"}, {"internet720", "internet720"},
             {"internet540", "internet540"}, {"INTERNET480", "internet480"},
             {"internet360", "internet360"}, {"internet240", "internet240"}}) {
        const auto choice = policy.choose(kKeys, wish({}, word));
        EXPECT_EQ(name_of(choice), profile);
        EXPECT_EQ(choice.unknown_profile, "") << "each of them is there";
    }
    EXPECT_FALSE(transcode_wish({}, "light"));
}

TEST(TranscodePolicy, OverridesOfChannelsComeBeforeTheMode) {
    for (const auto mode : {TranscodeMode::off, TranscodeMode::on, TranscodeMode::automatic,
             TranscodeMode::automatic_cached}) {
        const TranscodePolicy policy({.mode = mode},
            {.transcode = {{"one.example", true}, {"8", false}}, .profiles = {{"id-1", "aac"}}});
        EXPECT_EQ(name_of(policy.choose(kKeys, {})), "aaccfr") << to_string(mode);
        EXPECT_EQ(policy.choose(kKeys, {}).reason, "transcode-override");
        const auto other = policy.choose({.channel_id = "x", .guide_number = "8"}, {});
        EXPECT_EQ(name_of(other), "");
        EXPECT_FALSE(other.needs_format);
    }
}

TEST(TranscodePolicy, TheChannelIdIsTheFirstKey) {
    const TranscodePolicy policy({.mode = TranscodeMode::on},
        {.profiles = {{"one.example", "low"}, {"7", "dashfast"}, {"id-1", "plexsafe"}}});
    EXPECT_EQ(name_of(policy.choose(kKeys, {})), "plexsafe");
    EXPECT_EQ(
        name_of(policy.choose({.guide_number = "7", .tvg_id = "one.example"}, {})), "dashfast");
}

TEST(TranscodePolicy, TheModeDecidesTheRest) {
    const auto choose = [](TranscodeMode mode) {
        return TranscodePolicy({.mode = mode}, {}).choose(kKeys, {});
    };
    EXPECT_EQ(choose(TranscodeMode::off).reason, "mode-off");
    EXPECT_EQ(name_of(choose(TranscodeMode::on)), "default");
    EXPECT_EQ(choose(TranscodeMode::on).reason, "mode-on");
    EXPECT_TRUE(choose(TranscodeMode::automatic).needs_format);
    EXPECT_EQ(choose(TranscodeMode::automatic_cached).reason, "auto-cached-miss");
    EXPECT_EQ(name_of(choose(TranscodeMode::automatic_cached)), "");
}

TEST(TranscodePolicy, ProfileComesBeforePlexSafe) {
    const auto choose = [](const std::string& profile, bool is_plex_safe) {
        return name_of(TranscodePolicy(
            {.mode = TranscodeMode::on, .profile = profile, .is_plex_safe = is_plex_safe}, {})
                .choose(kKeys, {}));
    };
    EXPECT_EQ(choose("", false), "default");
    EXPECT_EQ(choose("", true), "plexsafe");
    EXPECT_EQ(choose("low", true), "lowbitrate");
}

TEST(TranscodePolicy, UserProfilesGoByTheirNames) {
    media::Profile mine = *media::find_built_in_profile("low");
    mine.name = "mine";
    const TranscodePolicy policy(
        {.mode = TranscodeMode::on, .profile = "mine", .user_profiles = {mine}}, {});
    EXPECT_EQ(policy.choose(kKeys, {}).profile, mine);
    EXPECT_EQ(policy.choose(kKeys, wish("Mine")).profile, mine);
}

std::string automatic(const ts::StreamFormat& format) {
    const TranscodePolicy policy({.mode = TranscodeMode::automatic, .profile = "plexsafe"}, {});
    const auto choice = policy.choose_by_format(kKeys, &format);
    return name_of(choice) + " " + std::string(choice.reason);
}

TEST(TranscodePolicy, AutomaticLeavesWhatIsFriendly) {
    using enum ts::Codec;
    for (const ts::Codec video : {h264, mpeg2_video, mpeg4_video}) {
        for (const ts::AudioFormat& audio :
            {aac(48'000), aac(44'100), ts::AudioFormat{.codec = ac3},
                ts::AudioFormat{.codec = eac3}, ts::AudioFormat{.codec = mpeg_audio}}) {
            EXPECT_EQ(automatic(format(video, {audio})), " auto-friendly");
        }
    }
    auto interlaced = format(h264, {aac(48'000)});
    interlaced.video->scan = ts::ScanType::interlaced;
    EXPECT_EQ(automatic(interlaced), " auto-friendly");
    EXPECT_EQ(automatic(format(h264, {})), " auto-friendly");
    EXPECT_EQ(automatic(format(std::nullopt, {aac(48'000)})), " auto-friendly");
}

TEST(TranscodePolicy, AutomaticRepairsSoundAlone) {
    using enum ts::Codec;
    EXPECT_EQ(automatic(format(h264, {aac(24'000)})), "audio-only auto-audio") << "HE-AAC";
    EXPECT_EQ(automatic(format(h264, {aac(22'050)})), "audio-only auto-audio");
    auto told = aac(48'000); // by a descriptor
    told.profile = "HE-AAC";
    EXPECT_EQ(automatic(format(h264, {told})), "audio-only auto-audio");
    told.profile = "LC";
    EXPECT_EQ(automatic(format(h264, {told})), " auto-friendly");
    EXPECT_EQ(automatic(format(h264, {{.codec = aac_latm}})), "audio-only auto-audio");
    EXPECT_EQ(automatic(format(mpeg2_video, {{.codec = dts}})), "audio-only auto-audio");
    EXPECT_EQ(automatic(format(std::nullopt, {{.codec = aac_latm}})), "audio-only auto-audio");
    EXPECT_EQ(automatic(format(h264, {aac(48'000), aac(24'000)})), " auto-friendly")
        << "players take the first";
}

TEST(TranscodePolicy, AutomaticTranscodesOtherVideo) {
    using enum ts::Codec;
    EXPECT_EQ(automatic(format(hevc, {aac(48'000)})), "plexsafe auto-video");
    EXPECT_EQ(automatic(format(hevc, {{.codec = aac_latm}})), "plexsafe auto-video");
    EXPECT_EQ(automatic(format(unknown, {aac(48'000)})), "plexsafe auto-video");
    const TranscodePolicy policy({.mode = TranscodeMode::automatic}, {});
    EXPECT_EQ(policy.choose_by_format(kKeys, nullptr).reason, "auto-unknown-format");
    EXPECT_EQ(name_of(policy.choose_by_format(kKeys, nullptr)), "default");
}

TEST(TranscodePolicy, TheProfileOfAChannelIsUsedForItsSoundToo) {
    const TranscodePolicy policy(
        {.mode = TranscodeMode::automatic}, {.profiles = {{"7", "lowbitrate"}}});
    const auto he_aac = format(ts::Codec::h264, {aac(24'000)});
    EXPECT_EQ(name_of(policy.choose_by_format(kKeys, &he_aac)), "lowbitrate");
}

std::string no_x264(const media::Profile& profile) {
    return profile.video == media::VideoTarget::h264 ? "there is no encoder libx264" : "";
}

TEST(TranscodePolicy, WhatCannotWorkIsAProblem) {
    const auto problems = [](TranscodeSettings settings, TranscodeOverrides overrides = {}) {
        return TranscodePolicy(std::move(settings), std::move(overrides)).problems(no_x264);
    };
    EXPECT_THAT(problems({.mode = TranscodeMode::off}), IsEmpty());
    EXPECT_THAT(problems({.mode = TranscodeMode::on, .profile = "pmsxcode"}), IsEmpty());
    EXPECT_THAT(problems({.mode = TranscodeMode::on}),
        ElementsAre("the profile default cannot be made: there is no encoder libx264"));
    EXPECT_THAT(problems({.mode = TranscodeMode::automatic, .is_plex_safe = true}),
        ElementsAre("the profile plexsafe cannot be made: there is no encoder libx264"));
    EXPECT_THAT(problems({.mode = TranscodeMode::on, .profile = "hugo"}),
        ElementsAre(HasSubstr("PLEX_TUNER_PROFILE: there is no profile \"hugo\"")));
    EXPECT_THAT(problems({.mode = TranscodeMode::automatic_cached, .profile = "pmsxcode"},
                    {.profiles = {{"7", "low"}, {"8", "hugo"}}}),
        ElementsAre(HasSubstr("the profile override of 7: the profile lowbitrate cannot be made"),
            HasSubstr("the profile override of 8: there is no profile \"hugo\"")));
}

TEST(TranscodePolicy, WhatNothingCanMakeIsAProblemOfEachProfile) {
    const TranscodePolicy policy({.mode = TranscodeMode::automatic}, {});
    EXPECT_THAT(policy.problems([](const media::Profile&) { return "no FFmpeg"; }),
        ElementsAre("the profile default cannot be made: no FFmpeg",
            "the profile audio-only cannot be made: no FFmpeg"));
}

TEST(TranscodePolicy, TheProgramOfTheViewerComesBeforeTheMode) {
    const TranscodePolicy policy(
        {.mode = TranscodeMode::on, .profile = "low", .client_adapt = true}, {});
    const auto choose = [&](ViewerProgram program) {
        return policy.choose(kKeys, {}, program);
    };
    for (const auto& [program, reason] :
        {std::pair(ViewerProgram::unknown, "unknown-client-websafe"),
            std::pair(ViewerProgram::unresolved, "resolve-error-websafe"),
            std::pair(ViewerProgram::web, "resolved-web-client")}) {
        EXPECT_EQ(name_of(choose(program)), "plexsafe") << reason;
        EXPECT_EQ(choose(program).reason, reason);
    }
    EXPECT_EQ(name_of(choose(ViewerProgram::other)), "");
    EXPECT_EQ(choose(ViewerProgram::other).reason, "resolved-nonweb-client");
    EXPECT_EQ(name_of(choose(ViewerProgram::not_looked_for)), "lowbitrate");
}

TEST(TranscodePolicy, RequestAndOverridesComeBeforeTheProgram) {
    const TranscodePolicy policy(
        {.client_adapt = true}, {.transcode = {{"7", false}}, .profiles = {{"8", "aaccfr"}}});
    const ChannelKeys other{.channel_id = "id-2", .guide_number = "8"};
    EXPECT_EQ(name_of(policy.choose(kKeys, {}, ViewerProgram::web)), "");
    EXPECT_EQ(policy.choose(kKeys, {}, ViewerProgram::web).reason, "transcode-override");
    EXPECT_EQ(name_of(policy.choose(other, {}, ViewerProgram::web)), "aaccfr")
        << "a profile of this very channel";
    EXPECT_EQ(name_of(policy.choose(other, wish({}, "none"), ViewerProgram::web)), "");
    EXPECT_EQ(name_of(policy.choose(other, wish("low"), ViewerProgram::other)), "lowbitrate");
    for (const char* profile : {"pmsxcode", "default"}) {
        EXPECT_EQ(name_of(policy.choose(other, wish(profile), ViewerProgram::other)), profile);
    }
}

TEST(TranscodeProblems, AdaptationNeedsItsProfile) {
    const TranscodePolicy policy({.client_adapt = true}, {});
    EXPECT_TRUE(policy.is_used());
    const media::FfmpegProgram poor{.path = "/x", .encoders = {"aac", "libx264"}};
    EXPECT_THAT(problems_of(policy, &poor),
        ElementsAre(HasSubstr("PLEX_TUNER_CLIENT_ADAPT: the profile plexsafe cannot be made")));
}

TEST(TranscodeProblems, AProgramThatIsOfNoUseIsOneWhateverTheMode) {
    const TranscodePolicy off;
    const media::FfmpegProgram broken{.path = "/x", .problem = "/x: No such file"};
    EXPECT_THAT(problems_of(off, &broken), ElementsAre("PLEX_TUNER_FFMPEG_PATH: /x: No such file"));
    const TranscodePolicy on({.mode = TranscodeMode::on}, {});
    EXPECT_THAT(problems_of(on, &broken), ElementsAre("PLEX_TUNER_FFMPEG_PATH: /x: No such file"));
    EXPECT_EQ(why_not(&broken, *media::find_built_in_profile("")),
        "PLEX_TUNER_FFMPEG_PATH: /x: No such file");
}

TEST(TranscodeProblems, WhatAProgramLacksOnlyMattersWhereItIsNeeded) {
    const media::FfmpegProgram poor{.path = "/x", .encoders = {"aac", "libx264"}};
    const TranscodePolicy fits({.mode = TranscodeMode::on}, {});
    EXPECT_THAT(problems_of(fits, &poor), IsEmpty());
    const TranscodePolicy lacks({.mode = TranscodeMode::on, .profile = "plexsafe"}, {});
    EXPECT_THAT(problems_of(lacks, &poor),
        ElementsAre("PLEX_TUNER_PROFILE: the profile plexsafe cannot be made: /x has no encoder "
                    "libmp3lame"));
    media::Profile own = *media::find_built_in_profile("");
    own.ffmpeg_video = {"-c:v", "h264_vaapi"};
    EXPECT_THAT(why_not(nullptr, own), HasSubstr("PLEX_TUNER_FFMPEG_PATH does not name"));
    EXPECT_EQ(why_not(&poor, own), "/x has no encoder h264_vaapi");
}

} // namespace
} // namespace plex_tuner::gateway
