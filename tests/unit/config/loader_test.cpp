// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/config/loader.hpp>

#include <chrono>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace plex_tuner::config {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class LoaderTest : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "pt-config-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        directory_ = pattern;
        inputs_.dotenv = directory_ / ".env";
    }

    void TearDown() override { fs::remove_all(directory_); }

    void dotenv(std::string_view text) const {
        std::ofstream(inputs_.dotenv, std::ios::binary) << text;
    }

    /// What provenance says for line `n` of the file.
    [[nodiscard]] std::string dotenv_line(int n) const {
        return inputs_.dotenv.string() + ":" + std::to_string(n);
    }

    fs::path directory_;
    Inputs inputs_{
        .arguments = {}, .subcommand = "run", .environment = {}, .dotenv = {}, .version = "1.2.3"};
};

TEST_F(LoaderTest, DefaultsAreThoseOfTheSpecification) {
    const Loaded loaded = load(inputs_);
    EXPECT_THAT(loaded.problems, IsEmpty());
    EXPECT_THAT(loaded.warnings, IsEmpty());
    EXPECT_FALSE(loaded.help_requested);
    const Config& c = loaded.config;
    EXPECT_FALSE(c.account.m3u);
    EXPECT_FALSE(c.account.base_url);
    EXPECT_THAT(c.accounts(), IsEmpty());
    EXPECT_FALSE(c.guide_source.xmltv);
    EXPECT_EQ(c.guide_source.timeout, 45s);
    EXPECT_EQ(c.catalog.file, "./catalog.json");
    EXPECT_EQ(c.catalog.state_directory, "./catalog.state");
    EXPECT_EQ(c.catalog.refresh, 6h);
    EXPECT_FALSE(c.catalog.skip_index);
    EXPECT_EQ(c.server.listen, ":5004");
    EXPECT_EQ(c.server.base_url, "");
    EXPECT_EQ(c.server.max_connections, 1024U);
    EXPECT_EQ(c.tuner.count, 2);
    EXPECT_EQ(c.tuner.device_id, "");
    EXPECT_EQ(c.tuner.friendly_name, "Plex Tuner");
    EXPECT_TRUE(c.tuner.scan_possible);
    EXPECT_TRUE(c.tuner.native);
    EXPECT_EQ(c.tuner.discover_port, 65001);
    EXPECT_EQ(c.tuner.control_port, 65001);
    EXPECT_FALSE(c.tuner.ssdp_disabled);
    EXPECT_EQ(c.lineup.mode, Mode::standard);
    EXPECT_EQ(c.lineup.max_channels, 480);
    EXPECT_EQ(c.lineup.guide_number_offset, 0);
    EXPECT_EQ(c.stream.linger, 5s);
    EXPECT_EQ(c.stream.start_timeout, 15s);
    EXPECT_EQ(c.stream.recovery_timeout, 60s);
    EXPECT_EQ(c.stream.start_keep_alive, StartKeepAlive::off);
    EXPECT_EQ(c.stream.null_keep_alive_ms, 100);
    EXPECT_EQ(c.stream.null_keep_alive_packets, 1);
    EXPECT_EQ(c.stream.program_keep_alive_ms, 500);
    EXPECT_EQ(c.stream.write_deadline, 10s);
    EXPECT_EQ(c.stream.ring_bytes, std::size_t{16} << 20U);
    EXPECT_EQ(c.fetch.user_agent, "PlexTuner/1.2.3");
    EXPECT_EQ(c.fetch.connect_timeout, 10s);
    EXPECT_EQ(c.fetch.first_byte_timeout, 15s);
    EXPECT_EQ(c.fetch.stall_timeout, 20s);
    EXPECT_EQ(c.fetch.ca_bundle, "");
    EXPECT_EQ(c.log.level, log::Level::info);
    EXPECT_EQ(c.log.format, log::Format::text);
    for (const auto& [name, origin] : loaded.provenance) {
        EXPECT_EQ(origin, "default") << name;
    }
}

TEST_F(LoaderTest, EachSourceBeatsTheWeakerOnes) {
    EXPECT_EQ(load(inputs_).provenance.at("PLEX_TUNER_ADDR"), "default");

    dotenv("# comment\n\nPLEX_TUNER_ADDR=:1\n");
    Loaded loaded = load(inputs_);
    EXPECT_EQ(loaded.config.server.listen, ":1");
    EXPECT_EQ(loaded.provenance.at("PLEX_TUNER_ADDR"), dotenv_line(3));

    inputs_.environment["PLEX_TUNER_ADDR"] = ":2";
    loaded = load(inputs_);
    EXPECT_EQ(loaded.config.server.listen, ":2");
    EXPECT_EQ(loaded.provenance.at("PLEX_TUNER_ADDR"), "env PLEX_TUNER_ADDR");

    inputs_.arguments = {"-addr", ":3", "--addr=:4"};
    loaded = load(inputs_);
    EXPECT_EQ(loaded.config.server.listen, ":4");
    EXPECT_EQ(loaded.provenance.at("PLEX_TUNER_ADDR"), "flag -addr");
}

TEST_F(LoaderTest, EmptyVariablesCountAsNotSet) {
    dotenv("PLEX_TUNER_TUNER_COUNT=4\nPLEX_TUNER_LINGER=\"\"\n");
    inputs_.environment = {
        {"PLEX_TUNER_TUNER_COUNT", ""}, {"PLEX_TUNER_CATALOG", ""}, {"PLEX_TUNER_NONSENSE", ""}};
    const Loaded loaded = load(inputs_);
    EXPECT_EQ(loaded.config.tuner.count, 4);
    EXPECT_EQ(loaded.config.stream.linger, 5s);
    EXPECT_EQ(loaded.config.catalog.file, "./catalog.json");
    EXPECT_THAT(loaded.problems, IsEmpty());
    EXPECT_THAT(loaded.warnings, IsEmpty());
}

TEST_F(LoaderTest, AnEmptyFlagOverridesWhereEmptyMeansSomething) {
    inputs_.environment = {
        {"PLEX_TUNER_BASE_URL", "http://h:1"}, {"PLEX_TUNER_M3U_URL", "http://h/x"}};
    inputs_.arguments = {"-base-url=", "-m3u", "", "-addr="};
    const Loaded loaded = load(inputs_);
    EXPECT_EQ(loaded.config.server.base_url, "");
    EXPECT_FALSE(loaded.config.account.m3u);
    EXPECT_EQ(loaded.provenance.at("PLEX_TUNER_BASE_URL"), "flag -base-url");
    EXPECT_THAT(
        loaded.problems, ElementsAre(StartsWith("flag -addr: \"\" is not valid; expected :port")));
}

TEST_F(LoaderTest, FurtherGuidesHaveSettingsOfTheirOwn) {
    inputs_.environment = {{"PLEX_TUNER_XMLTV_URL_3", "/c.xml"}, {"PLEX_TUNER_XMLTV_URL", "/a.xml"},
        {"PLEX_TUNER_XMLTV_SHIFT_3", "5.5"}, {"PLEX_TUNER_XMLTV_TIMEOUT_3", "2m"},
        {"PLEX_TUNER_XMLTV_SHIFT_4", "1"}};
    const auto sources = load(inputs_).config.guide_sources();
    ASSERT_EQ(sources.size(), 2U) << "a shift alone is no guide";
    EXPECT_EQ(std::get<std::filesystem::path>(*sources[0].xmltv), "/a.xml");
    EXPECT_EQ(sources[0].shift, 0min);
    EXPECT_EQ(std::get<std::filesystem::path>(*sources[1].xmltv), "/c.xml");
    EXPECT_EQ(sources[1].shift, 330min);
    EXPECT_EQ(sources[1].timeout, 2min);
    EXPECT_EQ(sources[1].cache_ttl, 0min);
    inputs_.environment = {{"PLEX_TUNER_XMLTV_SHIFT_2", "noon"}};
    EXPECT_THAT(load(inputs_).problems, ElementsAre(HasSubstr("PLEX_TUNER_XMLTV_SHIFT_2")));
}

TEST_F(LoaderTest, GuideTextSettings) {
    inputs_.environment = {{"PLEX_TUNER_GUIDE_SHIFT_CHANNELS", "*+1=1, a=b=-3"},
        {"PLEX_TUNER_GUIDE_PLEX_REPAIRS", "new,Categories"}};
    const GuideSettings guide = load(inputs_).config.guide;
    EXPECT_THAT(guide.channel_shifts, ElementsAre(ShiftRule{"*+1", 1h}, ShiftRule{"a=b", -3h}));
    EXPECT_EQ(guide.plex_repairs, (PlexRepairSettings{.categories = true, .is_new = true}));
    for (const auto& [name, wrong] : std::vector<std::pair<std::string, std::string>>{
             {"GUIDE_SHIFT_CHANNELS", "a"}, {"GUIDE_SHIFT_CHANNELS", "=1"},
             {"GUIDE_SHIFT_CHANNELS", "a=25"}, {"GUIDE_PLEX_REPAIRS", "everything"},
             {"GUIDE_SHIFT", "nan"}, {"GUIDE_DAYS", "0"}, {"XMLTV_PROVIDER", "second"}}) {
        inputs_.environment = {{"PLEX_TUNER_" + name, wrong}};
        EXPECT_EQ(load(inputs_).problems.size(), 1U) << name << " " << wrong;
    }
}

TEST_F(LoaderTest, ShardIsAPlaceAmongSeveral) {
    inputs_.environment = {{"PLEX_TUNER_LINEUP_SHARD", " 2/13 "}};
    EXPECT_EQ(load(inputs_).config.lineup.shard, (ShardSetting{2, 13}));
    for (const char* wrong : {"0/3", "4/3", "3", "a/b", "1/0", "1/", "/2", "1/2/3", "1/1001"}) {
        inputs_.environment = {{"PLEX_TUNER_LINEUP_SHARD", wrong}};
        EXPECT_EQ(load(inputs_).problems.size(), 1U) << wrong;
    }
}

TEST_F(LoaderTest, EveryFieldIsRead) {
    inputs_.environment = {{"PLEX_TUNER_M3U_URL", "/srv/list.m3u"},
        {"PLEX_TUNER_HDHOMERUN_URL", "http://192.168.1.20"}, {"PLEX_TUNER_SECOND_ADDR", ":80"},
        {"PLEX_TUNER_SUPERVISOR_ADDR", ":9000"}, {"PLEX_TUNER_PROVIDER_URL", "http://a"},
        {"PLEX_TUNER_PROVIDER_URLS", "http://b,http://c"}, {"PLEX_TUNER_PROVIDER_USER", "u"},
        {"PLEX_TUNER_PROVIDER_PASS", "p"}, {"PLEX_TUNER_PROVIDER_MAX_CONNECTIONS", "3"},
        {"PLEX_TUNER_PROVIDER_TAG", "home"}, {"PLEX_TUNER_SUBSCRIPTION_FILE", "/none"},
        {"PLEX_TUNER_LIVE_ONLY", "1"}, {"PLEX_TUNER_LIVE_EPG_ONLY", "1"},
        {"PLEX_TUNER_VOD_CATEGORY_FILTER", "EN , |UK|,,"}, {"PLEX_TUNER_MAX_SHRINK", "25"},
        {"PLEX_TUNER_PROVIDER_CONCURRENCY", "4"}, {"PLEX_TUNER_PROVIDER_RATE", "20"},
        {"PLEX_TUNER_SHARED_DIR", "/data/shared"}, {"PLEX_TUNER_FETCH_CF_REJECT", "1"},
        {"PLEX_TUNER_FETCH_STREAM_SAMPLE_SIZE", "0"}, {"PLEX_TUNER_SMOKETEST_ENABLED", "1"},
        {"PLEX_TUNER_SMOKETEST_TIMEOUT", "3s"}, {"PLEX_TUNER_SMOKETEST_CONCURRENCY", "2"},
        {"PLEX_TUNER_SMOKETEST_MAX_CHANNELS", "50"}, {"PLEX_TUNER_SMOKETEST_MAX_DURATION", "1m"},
        {"PLEX_TUNER_SMOKETEST_CACHE_FILE", "/data/smoke.json"},
        {"PLEX_TUNER_SMOKETEST_CACHE_TTL", "2h"}, {"PLEX_TUNER_SHARED_MAX_AGE", "0"},
        {"PLEX_TUNER_COORDINATION", "redis://:pw1234@r"}, {"PLEX_TUNER_COORDINATION_SHARE", "0"},
        {"PLEX_TUNER_SKIP_HEALTH", "on"}, {"PLEX_TUNER_XMLTV_URL", "http://h/g.xml.gz"},
        {"PLEX_TUNER_XMLTV_TIMEOUT", "1m"}, {"PLEX_TUNER_CATALOG", "/data/c.json"},
        {"PLEX_TUNER_STATE_DIR", "/data/state"}, {"PLEX_TUNER_REFRESH", "6h"},
        {"PLEX_TUNER_SKIP_INDEX", "yes"}, {"PLEX_TUNER_ADDR", "127.0.0.1:0"},
        {"PLEX_TUNER_BASE_URL", "http://localhost:5004/"},
        {"PLEX_TUNER_HTTP_MAX_CONNECTIONS", "10"}, {"PLEX_TUNER_TUNER_COUNT", "255"},
        {"PLEX_TUNER_DEVICE_ID", "12345678"}, {"PLEX_TUNER_FRIENDLY_NAME", "Name"},
        {"PLEX_TUNER_HDHR_MANUFACTURER", "m1"}, {"PLEX_TUNER_HDHR_MODEL_NUMBER", "m2"},
        {"PLEX_TUNER_HDHR_FIRMWARE_NAME", "f1"}, {"PLEX_TUNER_HDHR_FIRMWARE_VERSION", "f2"},
        {"PLEX_TUNER_HDHR_DEVICE_AUTH", "a"}, {"PLEX_TUNER_HDHR_SCAN_POSSIBLE", "0"},
        {"PLEX_TUNER_HDHR_NETWORK_MODE", "0"}, {"PLEX_TUNER_HDHR_DISCOVER_PORT", "1"},
        {"PLEX_TUNER_HDHR_CONTROL_PORT", "2"}, {"PLEX_TUNER_SSDP_DISABLED", "1"},
        {"PLEX_TUNER_MODE", "easy"}, {"PLEX_TUNER_LINEUP_MAX_CHANNELS", "0"},
        {"PLEX_TUNER_GUIDE_NUMBER_OFFSET", "-100"}, {"PLEX_TUNER_XMLTV_CACHE_TTL", "1h"},
        {"PLEX_TUNER_XMLTV_ALIASES", "a.json"}, {"PLEX_TUNER_XMLTV_MATCH_SCORED", "1"},
        {"PLEX_TUNER_XMLTV_SHIFT", "-1.5"}, {"PLEX_TUNER_XMLTV_PROVIDER", "last"},
        {"PLEX_TUNER_GUIDE_SHIFT", "+2"}, {"PLEX_TUNER_GUIDE_SHIFT_CHANNELS", "*+1=1, a=b=-3"},
        {"PLEX_TUNER_GUIDE_SHORT_EPG", "9"}, {"PLEX_TUNER_GUIDE_DAYS", "7"},
        {"PLEX_TUNER_GUIDE_FILL_GAPS", "0"}, {"PLEX_TUNER_GUIDE_READ_ONCE", "1"},
        {"PLEX_TUNER_XMLTV_PREFER_LANGS", "de,en"}, {"PLEX_TUNER_XMLTV_PREFER_LATIN", "1"},
        {"PLEX_TUNER_XMLTV_NON_LATIN_TITLE_FALLBACK", "channel"},
        {"PLEX_TUNER_GUIDE_PLEX_REPAIRS", "new,Categories"}, {"PLEX_TUNER_EPG_PRUNE_UNLINKED", "1"},
        {"PLEX_TUNER_LINEUP_DROP_MUSIC", "1"}, {"PLEX_TUNER_LINEUP_LANGUAGE", "en, fr"},
        {"PLEX_TUNER_LINEUP_EXCLUDE_REGEX", "^x"}, {"PLEX_TUNER_LINEUP_CATEGORY", "us, uk"},
        {"PLEX_TUNER_LINEUP_RULES_FILE", "rules.txt"},
        {"PLEX_TUNER_LINEUP_CHANNELS_FILE", "channels.tsv"}, {"PLEX_TUNER_LINEUP_SHAPE", "na_en"},
        {"PLEX_TUNER_LINEUP_REGION_PROFILE", "ca_west"}, {"PLEX_TUNER_LINEUP_SKIP", "3"},
        {"PLEX_TUNER_LINEUP_TAKE", "4"}, {"PLEX_TUNER_LINEUP_SHARD", "2/13"},
        {"PLEX_TUNER_LINEUP_NAME", "main"}, {"PLEX_TUNER_LINGER", "0"},
        {"PLEX_TUNER_START_TIMEOUT", "1.5s"}, {"PLEX_TUNER_RECOVERY_TIMEOUT", "7s"},
        {"PLEX_TUNER_START_KEEPALIVE", "null"}, {"PLEX_TUNER_WEBSAFE_NULL_TS_KEEPALIVE", "1"},
        {"PLEX_TUNER_WEBSAFE_NULL_TS_KEEPALIVE_MS", "25"},
        {"PLEX_TUNER_WEBSAFE_NULL_TS_KEEPALIVE_PACKETS", "64"},
        {"PLEX_TUNER_WEBSAFE_PROGRAM_KEEPALIVE", "1"},
        {"PLEX_TUNER_WEBSAFE_PROGRAM_KEEPALIVE_MS", "200"},
        {"PLEX_TUNER_STREAM_TRANSCODE", "cached_auto"}, {"PLEX_TUNER_PROFILE", "low"},
        {"PLEX_TUNER_PLEX_SAFE", "1"}, {"PLEX_TUNER_TRANSCODE_OVERRIDES_FILE", "t.json"},
        {"PLEX_TUNER_PROFILE_OVERRIDES_FILE", "p.json"},
        {"PLEX_TUNER_PROFILES_FILE", "profiles.json"},
        {"PLEX_TUNER_WEBSAFE_STARTUP_TIMEOUT_MS", "3000"},
        {"PLEX_TUNER_FFMPEG_PATH", "/opt/ffmpeg"}, {"PLEX_TUNER_CLIENT_ADAPT", "1"},
        {"PLEX_TUNER_WEBSAFE_BOOTSTRAP", "1"}, {"PLEX_TUNER_WEBSAFE_BOOTSTRAP_SECONDS", "2.5"},
        {"PLEX_TUNER_SLATES", "00000000000000ff, 1234567890abcdef"},
        {"PLEX_TUNER_MULTICAST_INTERFACE", "eth1"}, {"PLEX_TUNER_WRITE_DEADLINE", "2s"},
        {"PLEX_TUNER_RING_BYTES", "4MiB"}, {"PLEX_TUNER_DEBUG_TEE_BYTES", "1MiB"},
        {"PLEX_TUNER_DEBUG_TEE_DIR", "/data/tee"}, {"PLEX_TUNER_DEBUG_TEE_FILES", "7"},
        {"PLEX_TUNER_MOUNT", "/media/vod"}, {"PLEX_TUNER_CACHE", "/data/cache"},
        {"PLEX_TUNER_CACHE_MAX", "1GiB"}, {"PLEX_TUNER_CACHE_MIN_FREE", "0"},
        {"PLEX_TUNER_VODFS_ALLOW_OTHER", "1"}, {"PLEX_TUNER_VODFS_SIZE_RATE", "7"},
        {"PLEX_TUNER_VODFS_NAME_PREFIX", "none"}, {"PLEX_TUNER_PMS_URL", "https://plex/sub"},
        {"PLEX_TUNER_PMS_TOKEN", "t"}, {"PLEX_TUNER_PMS_TIMEOUT", "9s"},
        {"PLEX_TUNER_PLEX_GUIDE_WAIT", "0"}, {"PLEX_TUNER_PLEX_OWNED", "1234*, http://10.*"},
        {"PLEX_TUNER_PLEX_VOD_SCAN", "0"}, {"PLEX_TUNER_PLEX_VOD_PATH", "/data"},
        {"PLEX_TUNER_REGISTER_PLEX", "api"}, {"PLEX_TUNER_REGISTER_CHECK_INTERVAL", "10s"},
        {"PLEX_TUNER_JELLYFIN_URL", "http://jelly:1"}, {"PLEX_TUNER_JELLYFIN_TOKEN", "j"},
        {"PLEX_TUNER_EMBY_URL", "http://emby:2"}, {"PLEX_TUNER_EMBY_TOKEN", "e"},
        {"PLEX_TUNER_REGISTER_JELLYFIN", "1"}, {"PLEX_TUNER_REGISTER_EMBY", "1"},
        {"PLEX_TUNER_JELLYFIN_SESSION_REAPER", "1"}, {"PLEX_TUNER_EMBY_SESSION_REAPER", "1"},
        {"PLEX_TUNER_PLEX_SESSION_REAPER", "1"}, {"PLEX_TUNER_PLEX_SESSION_REAPER_POLL_S", "0.5"},
        {"PLEX_TUNER_PLEX_SESSION_REAPER_IDLE_S", "0"},
        {"PLEX_TUNER_PLEX_SESSION_REAPER_RENEW_LEASE_S", "40"},
        {"PLEX_TUNER_PLEX_SESSION_REAPER_PAUSE_S", "5m"},
        {"PLEX_TUNER_PLEX_SESSION_REAPER_HARD_LEASE_S", "1800"},
        {"PLEX_TUNER_PLEX_SESSION_REAPER_SSE", "false"},
        {"PLEX_TUNER_PLEX_SESSION_REAPER_MACHINE_ID", "client-1"},
        {"PLEX_TUNER_PLEX_SESSION_REAPER_PLAYER_IP", "10.0.0.9"},
        {"PLEX_TUNER_USER_AGENT", "VLC/3"}, {"PLEX_TUNER_CONNECT_TIMEOUT", "3s"},
        {"PLEX_TUNER_FIRST_BYTE_TIMEOUT", "4s"}, {"PLEX_TUNER_STALL_TIMEOUT", "5s"},
        {"PLEX_TUNER_CA_BUNDLE", "/etc/ca.pem"}, {"PLEX_TUNER_LOG_LEVEL", "Debug"},
        {"PLEX_TUNER_LOG_FORMAT", "json"}};
    const Loaded loaded = load(inputs_);
    EXPECT_THAT(loaded.problems, IsEmpty());
    EXPECT_THAT(loaded.warnings, IsEmpty());
    EXPECT_EQ(loaded.provenance.size(), inputs_.environment.size())
        << "a field without a value here";
    for (const auto& [name, origin] : loaded.provenance) {
        EXPECT_EQ(origin, "env " + name);
    }
    const Config& c = loaded.config;
    EXPECT_EQ(std::get<fs::path>(*c.account.m3u), "/srv/list.m3u");
    EXPECT_EQ(c.account.base_url->text(), "http://a");
    EXPECT_EQ(c.account.base_urls.size(), 2U);
    EXPECT_EQ(c.vodfs.mount_point, "/media/vod");
    EXPECT_EQ(c.vodfs.cache, "/data/cache");
    EXPECT_EQ(c.vodfs.cache_bytes, std::size_t{1} << 30);
    EXPECT_EQ(c.vodfs.cache_min_free, 0U);
    EXPECT_TRUE(c.vodfs.allow_other);
    EXPECT_EQ(c.vodfs.name_prefix, "");
    EXPECT_EQ(c.vodfs.size_rate, 7);
    EXPECT_EQ(c.account.user, "u");
    EXPECT_EQ(c.account.password, Secret("p"));
    EXPECT_EQ(c.account.max_connections, 3);
    EXPECT_EQ(c.account.tag, "home");
    EXPECT_EQ(c.provider.subscription_file, "/none");
    EXPECT_TRUE(c.provider.live_only);
    EXPECT_TRUE(c.provider.live_epg_only);
    EXPECT_THAT(c.provider.vod_categories, ElementsAre("EN", "|UK|"));
    EXPECT_EQ(c.provider.max_shrink, 25);
    EXPECT_EQ(c.provider.concurrency, 4);
    EXPECT_EQ(c.provider.requests_per_second, 20);
    EXPECT_TRUE(c.stream_check.reject_cloudflare);
    EXPECT_EQ(c.stream_check.sample, 0);
    EXPECT_TRUE(c.stream_check.smoketest);
    EXPECT_EQ(c.stream_check.timeout, 3s);
    EXPECT_EQ(c.stream_check.concurrency, 2);
    EXPECT_EQ(c.stream_check.max_channels, 50);
    EXPECT_EQ(c.stream_check.max_duration, 1min);
    EXPECT_EQ(c.stream_check.cache_file, "/data/smoke.json");
    EXPECT_EQ(c.stream_check.cache_ttl, 2h);
    EXPECT_EQ(c.catalog.shared_directory, "/data/shared");
    EXPECT_EQ(c.catalog.shared_max_age, 0s);
    EXPECT_EQ(c.catalog.coordination.reveal(), "redis://:pw1234@r");
    EXPECT_EQ(c.catalog.coordination_share, 0);
    EXPECT_TRUE(c.catalog.skip_health);
    EXPECT_EQ(std::get<Url>(*c.guide_source.xmltv).text(), "http://h/g.xml.gz");
    EXPECT_EQ(c.guide_source.timeout, 1min);
    EXPECT_EQ(c.catalog.file, "/data/c.json");
    EXPECT_EQ(c.catalog.state_directory, "/data/state");
    EXPECT_EQ(c.catalog.refresh, 6h);
    EXPECT_TRUE(c.catalog.skip_index);
    EXPECT_EQ(c.server.listen, "127.0.0.1:0");
    EXPECT_EQ(c.server.second_listen, ":80");
    EXPECT_EQ(c.supervisor.listen, ":9000");
    EXPECT_EQ(c.account.hdhomerun.value().text(), "http://192.168.1.20");
    EXPECT_EQ(c.server.base_url, "http://localhost:5004");
    EXPECT_EQ(c.server.max_connections, 10U);
    EXPECT_EQ(c.tuner.count, 255);
    EXPECT_EQ(c.tuner.device_id, "12345678");
    EXPECT_EQ(c.tuner.friendly_name, "Name");
    EXPECT_EQ(c.tuner.manufacturer, "m1");
    EXPECT_EQ(c.tuner.model_number, "m2");
    EXPECT_EQ(c.tuner.firmware_name, "f1");
    EXPECT_EQ(c.tuner.firmware_version, "f2");
    EXPECT_EQ(c.tuner.device_auth, "a");
    EXPECT_FALSE(c.tuner.scan_possible);
    EXPECT_FALSE(c.tuner.native);
    EXPECT_EQ(c.tuner.discover_port, 1);
    EXPECT_EQ(c.tuner.control_port, 2);
    EXPECT_TRUE(c.tuner.ssdp_disabled);
    EXPECT_EQ(c.lineup.mode, Mode::easy);
    EXPECT_EQ(c.lineup.max_channels, 480);
    EXPECT_EQ(c.lineup.guide_number_offset, -100);
    EXPECT_EQ(c.stream.linger, 0s);
    EXPECT_EQ(c.stream.start_timeout, 1500ms);
    EXPECT_TRUE(c.reaper.is_on);
    EXPECT_EQ(c.reaper.poll, 500ms);
    EXPECT_EQ(c.reaper.idle, 0ms);
    EXPECT_EQ(c.reaper.renew_lease, 40s);
    EXPECT_EQ(c.reaper.pause, 5min);
    EXPECT_EQ(c.reaper.hard_lease, 30min);
    EXPECT_FALSE(c.reaper.events);
    EXPECT_EQ(c.reaper.machine_id, "client-1");
    EXPECT_EQ(c.reaper.player_ip, "10.0.0.9");
    EXPECT_EQ(c.stream.start_keep_alive, StartKeepAlive::null);
    EXPECT_TRUE(c.stream.null_keep_alive);
    EXPECT_EQ(c.stream.null_keep_alive_ms, 25);
    EXPECT_EQ(c.stream.null_keep_alive_packets, 64);
    EXPECT_TRUE(c.stream.program_keep_alive);
    EXPECT_EQ(c.stream.program_keep_alive_ms, 200);
    EXPECT_EQ(c.stream.transcode, "cached_auto");
    EXPECT_EQ(c.stream.profile, "low");
    EXPECT_TRUE(c.stream.plex_safe);
    EXPECT_EQ(c.stream.transcode_overrides, "t.json");
    EXPECT_EQ(c.stream.profile_overrides, "p.json");
    EXPECT_EQ(c.stream.profiles_file, "profiles.json");
    EXPECT_EQ(c.stream.transcode_start_timeout_ms, 3'000);
    EXPECT_EQ(c.stream.ffmpeg_path, "/opt/ffmpeg");
    EXPECT_TRUE(c.stream.client_adapt);
    EXPECT_TRUE(c.stream.bootstrap);
    EXPECT_EQ(c.stream.bootstrap_length, 2500ms);
    EXPECT_EQ(c.stream.recovery_timeout, 7s);
    EXPECT_THAT(c.stream.slates, ElementsAre(0xFFU, 0x1234567890abcdefU));
    EXPECT_EQ(c.stream.write_deadline, 2s);
    EXPECT_EQ(c.stream.ring_bytes, std::size_t{4} << 20U);
    EXPECT_EQ(c.stream.multicast_interface, "eth1");
    EXPECT_EQ(c.stream.debug_tee_bytes, std::size_t{1} << 20U);
    EXPECT_EQ(c.stream.debug_tee_directory, "/data/tee");
    EXPECT_EQ(c.stream.debug_tee_files, 7);
    EXPECT_EQ(c.plex.url->text(), "https://plex/sub");
    EXPECT_EQ(c.plex.token, Secret("t"));
    EXPECT_EQ(c.plex.timeout, 9s);
    EXPECT_EQ(c.plex.guide_wait, 0s);
    EXPECT_FALSE(c.plex.vod_scan);
    EXPECT_EQ(c.plex.vod_path, "/data");
    EXPECT_THAT(c.plex.owned, ElementsAre("1234*", "http://10.*"));
    EXPECT_EQ(c.plex.registration, PlexRegistration::api);
    EXPECT_EQ(c.registration.check_interval, 10s);
    EXPECT_EQ(c.jellyfin.url->text(), "http://jelly:1");
    EXPECT_EQ(c.jellyfin.token, Secret("j"));
    EXPECT_TRUE(c.jellyfin.registration);
    EXPECT_EQ(c.emby.url->text(), "http://emby:2");
    EXPECT_EQ(c.emby.token, Secret("e"));
    EXPECT_TRUE(c.emby.registration);
    EXPECT_TRUE(c.jellyfin.reaper);
    EXPECT_TRUE(c.emby.reaper);
    EXPECT_EQ(c.fetch.user_agent, "VLC/3");
    EXPECT_EQ(c.fetch.connect_timeout, 3s);
    EXPECT_EQ(c.fetch.first_byte_timeout, 4s);
    EXPECT_EQ(c.fetch.stall_timeout, 5s);
    EXPECT_EQ(c.fetch.ca_bundle, "/etc/ca.pem");
    EXPECT_EQ(c.log.level, log::Level::debug);
    EXPECT_EQ(c.log.format, log::Format::json);
}

TEST_F(LoaderTest, OlderSwitchesAskForAKeepAlive) {
    inputs_.environment = {{"PLEX_TUNER_WEBSAFE_NULL_TS_KEEPALIVE", "true"}};
    Loaded loaded = load(inputs_);
    EXPECT_EQ(loaded.config.stream.start_keep_alive, StartKeepAlive::null);
    EXPECT_EQ(loaded.provenance.at("PLEX_TUNER_START_KEEPALIVE"),
        "env PLEX_TUNER_WEBSAFE_NULL_TS_KEEPALIVE");

    inputs_.environment["PLEX_TUNER_WEBSAFE_PROGRAM_KEEPALIVE"] = "true";
    EXPECT_EQ(load(inputs_).config.stream.start_keep_alive, StartKeepAlive::psi);

    inputs_.environment["PLEX_TUNER_START_KEEPALIVE"] = "off";
    EXPECT_EQ(load(inputs_).config.stream.start_keep_alive, StartKeepAlive::off);
    EXPECT_THAT(load(inputs_).warnings, IsEmpty());
}

TEST_F(LoaderTest, CertificatesAreWhereOpensslIsToldTheyAre) {
    inputs_.environment = {{"SSL_CERT_DIR", "/certs"}};
    EXPECT_EQ(load(inputs_).config.fetch.ca_bundle, "/certs");
    inputs_.environment["SSL_CERT_FILE"] = "/certs.pem";
    EXPECT_EQ(load(inputs_).config.fetch.ca_bundle, "/certs.pem");
    EXPECT_EQ(load(inputs_).provenance.at("PLEX_TUNER_CA_BUNDLE"), "env SSL_CERT_FILE");
    inputs_.environment["PLEX_TUNER_CA_BUNDLE"] = "/ours.pem";
    EXPECT_EQ(load(inputs_).config.fetch.ca_bundle, "/ours.pem");
}

TEST_F(LoaderTest, FurtherAccountsAreNumbered) {
    dotenv("PLEX_TUNER_PROVIDER_USER_2=from the file\nPLEX_TUNER_PROVIDER_PASS_2=p2\n");
    inputs_.environment = {{"PLEX_TUNER_PROVIDER_URL", "http://a"},
        {"PLEX_TUNER_PROVIDER_USER", "u"}, {"PLEX_TUNER_PROVIDER_PASS", "p"},
        {"PLEX_TUNER_PROVIDER_URLS_2", "http://b,http://c"}, {"PLEX_TUNER_PROVIDER_USER_2", "u2"},
        {"PLEX_TUNER_PROVIDER_MAX_CONNECTIONS_2", "4"}, {"PLEX_TUNER_M3U_URL_10", "/ten.m3u"},
        {"PLEX_TUNER_PROVIDER_TAG_10", "ten"}};
    const Loaded loaded = load(inputs_);
    EXPECT_THAT(loaded.problems, IsEmpty());
    EXPECT_THAT(loaded.warnings, IsEmpty());
    const auto accounts = loaded.config.accounts();
    ASSERT_EQ(accounts.size(), 3U);
    EXPECT_EQ(accounts[0].user, "u");
    EXPECT_EQ(accounts[1].user, "u2");
    EXPECT_EQ(accounts[1].password, Secret("p2"));
    EXPECT_EQ(accounts[1].base_urls.size(), 2U);
    EXPECT_EQ(accounts[1].max_connections, 4);
    EXPECT_EQ(accounts[1].tag, "provider2");
    EXPECT_EQ(std::get<fs::path>(*accounts[2].m3u), "/ten.m3u");
    EXPECT_EQ(accounts[2].tag, "ten");
    EXPECT_EQ(loaded.provenance.at("PLEX_TUNER_PROVIDER_PASS_2"), dotenv_line(2));
}

TEST_F(LoaderTest, FaultsOfFurtherAccountsAreNamed) {
    inputs_.environment = {{"PLEX_TUNER_PROVIDER_URL_3", "ftp://a"},
        {"PLEX_TUNER_PROVIDER_URL_4", "http://a"}, {"PLEX_TUNER_PROVIDER_URL_1", "http://a"},
        {"PLEX_TUNER_PROVIDER_URL_100", "http://a"}, {"PLEX_TUNER_ADDR_2", ":1"}};
    const Loaded loaded = load(inputs_);
    EXPECT_THAT(loaded.problems, ElementsAre(StartsWith("PLEX_TUNER_PROVIDER_URL_3: ")));
    EXPECT_THAT(loaded.warnings,
        testing::UnorderedElementsAre(
            AllOf(HasSubstr("PLEX_TUNER_PROVIDER_USER_4"), HasSubstr("not used")),
            HasSubstr("PLEX_TUNER_PROVIDER_URL_1 "), HasSubstr("PLEX_TUNER_PROVIDER_URL_100 "),
            HasSubstr("PLEX_TUNER_ADDR_2 ")));
    EXPECT_THAT(loaded.config.accounts(), IsEmpty());
}

TEST_F(LoaderTest, SecretsOfEveryAccountAreKnown) {
    inputs_.environment = {{"PLEX_TUNER_PROVIDER_PASS", "one"},
        {"PLEX_TUNER_PROVIDER_PASS_2", "two"}, {"PLEX_TUNER_JELLYFIN_TOKEN", "four"},
        {"PLEX_TUNER_M3U_URL_3", "http://h/get.php?username=u&password=three"},
        {"PLEX_TUNER_EMBY_TOKEN", "five"}};
    EXPECT_THAT(
        load(inputs_).config.secrets(), testing::UnorderedElementsAre(Secret("one"), Secret("two"),
                                            Secret("three"), Secret("four"), Secret("five")));
}

TEST_F(LoaderTest, AValueMayStandInAFileOfItsOwn) {
    const auto file = [&](const char* name, std::string_view text) {
        std::ofstream(directory_ / name, std::ios::binary) << text;
        return (directory_ / name).string();
    };
    inputs_.environment = {{"PLEX_TUNER_PROVIDER_PASS_FILE", file("pass", "hunter2\n")},
        {"PLEX_TUNER_PROVIDER_PASS_2_FILE", file("second", " s e c r e t \r\n\n")},
        {"PLEX_TUNER_ADDR_FILE", file("addr", ":6000\n")}, {"PLEX_TUNER_ADDR", ":5005"},
        {"PLEX_TUNER_PMS_TOKEN_FILE", file("empty", "\n")}};
    dotenv("PLEX_TUNER_PROVIDER_PASS=weaker\nPLEX_TUNER_PROVIDER_USER_FILE=" + file("user", "joe") +
           "\n");
    const Loaded loaded = load(inputs_);
    EXPECT_THAT(loaded.problems, IsEmpty());
    EXPECT_EQ(loaded.config.account.password.reveal(), "hunter2");
    EXPECT_EQ(loaded.config.account.user, "joe");
    EXPECT_EQ(loaded.config.further_accounts.at(2).password.reveal(), "s e c r e t");
    EXPECT_EQ(loaded.config.server.listen, ":5005");
    EXPECT_TRUE(loaded.config.plex.token.empty());
    EXPECT_EQ(
        loaded.provenance.at("PLEX_TUNER_PROVIDER_PASS"), "file " + (directory_ / "pass").string());
    EXPECT_THAT(loaded.warnings,
        testing::Contains(AllOf(HasSubstr("PLEX_TUNER_ADDR_FILE"), HasSubstr("both set"))));
    EXPECT_THAT(loaded.warnings,
        testing::Contains(AllOf(HasSubstr("PLEX_TUNER_PMS_TOKEN_FILE"), HasSubstr("is empty"))));
    EXPECT_THAT(loaded.warnings, Each(Not(HasSubstr("is unknown"))));
}

TEST_F(LoaderTest, AFileThatHoldsAValueAndCannotBeReadIsAProblem) {
    inputs_.environment = {{"PLEX_TUNER_PROVIDER_PASS_FILE", (directory_ / "none").string()},
        {"PLEX_TUNER_ADDR_FILE", (directory_ / "addr").string()}};
    std::ofstream(directory_ / "addr") << "5004";
    EXPECT_THAT(load(inputs_).problems,
        testing::UnorderedElementsAre(
            AllOf(StartsWith("PLEX_TUNER_PROVIDER_PASS_FILE: "), HasSubstr("/none")),
            AllOf(StartsWith("PLEX_TUNER_ADDR ("), HasSubstr("/addr"))));
}

TEST_F(LoaderTest, SubscriptionFileFillsWhatIsNotSet) {
    const fs::path file = directory_ / "account.txt";
    std::ofstream(file) << "Hello\nusername:  from file \r\nPASSWORD: se:cret\r\n";
    inputs_.environment = {
        {"PLEX_TUNER_PROVIDER_URL", "http://a"}, {"PLEX_TUNER_SUBSCRIPTION_FILE", file.string()}};
    Loaded loaded = load(inputs_);
    EXPECT_THAT(loaded.warnings, IsEmpty());
    EXPECT_EQ(loaded.config.account.user, "from file");
    EXPECT_EQ(loaded.config.account.password, Secret("se:cret"));
    EXPECT_EQ(loaded.provenance.at("PLEX_TUNER_PROVIDER_USER"), "file " + file.string());

    inputs_.environment["PLEX_TUNER_PROVIDER_USER"] = "mine";
    EXPECT_EQ(load(inputs_).config.account.user, "mine");

    std::ofstream(file) << "nothing of use, secret";
    loaded = load(inputs_);
    EXPECT_THAT(loaded.warnings,
        testing::Contains(AllOf(HasSubstr(file.string()), Not(HasSubstr("secret")))));
}

TEST_F(LoaderTest, TheNewestSubscriptionInDocumentsIsFound) {
    fs::create_directories(directory_ / "Documents");
    std::ofstream(directory_ / "Documents/iptv.subscription.2024.txt")
        << "Username: old\nPassword: p\n";
    std::ofstream(directory_ / "Documents/iptv.subscription.2025.txt")
        << "Username: new\nPassword: p\n";
    std::ofstream(directory_ / "Documents/iptv.subscription.2026.txt.bak") << "Username: bad\n";
    inputs_.environment = {{"HOME", directory_.string()}, {"PLEX_TUNER_PROVIDER_URL", "http://a"}};
    EXPECT_EQ(load(inputs_).config.account.user, "new");
    inputs_.environment.erase("PLEX_TUNER_PROVIDER_URL");
    EXPECT_EQ(load(inputs_).config.account.user, "") << "no provider, no account";
}

TEST_F(LoaderTest, SharedDirectoryIsTheMachinesForRootAndTheUsersElse) {
    inputs_.environment = {{"HOME", "/home/me"}};
    EXPECT_EQ(
        load(inputs_).config.catalog.shared_directory, "/home/me/.local/state/plex-tuner/shared");
    inputs_.runs_as_root = true;
    EXPECT_EQ(load(inputs_).config.catalog.shared_directory, "/var/lib/plextuner/shared");
}

TEST_F(LoaderTest, EveryFlagIsTaken) {
    for (const char* const subcommand : {"run", "serve", "config"}) {
        inputs_.subcommand = subcommand;
        inputs_.arguments = {"-m3u", "http://h/x", "-catalog=/c.json", "--refresh", "10m",
            "-skip-index", "-addr", ":0", "-base-url", "http://h", "-device-id", "x",
            "-friendly-name", "Name", "-mode", "full", "-log-level", "error", "-log-format",
            "json"};
        const Loaded loaded = load(inputs_);
        EXPECT_THAT(loaded.problems, IsEmpty());
        EXPECT_EQ(loaded.config.catalog.file, "/c.json");
        EXPECT_EQ(loaded.config.catalog.refresh, 10min);
        EXPECT_TRUE(loaded.config.catalog.skip_index);
        EXPECT_EQ(loaded.config.log.level, log::Level::error);
    }
}

TEST_F(LoaderTest, AllProblemsAreCollectedAndNameTheirSource) {
    dotenv("PLEX_TUNER_LINGER=soon\n");
    inputs_.environment = {{"PLEX_TUNER_TUNER_COUNT", "many"}, {"PLEX_TUNER_ADDR", "x"}};
    inputs_.arguments = {"-log-level", "loud", "-nope"};
    const Loaded loaded = load(inputs_);
    EXPECT_THAT(loaded.problems,
        testing::UnorderedElementsAre(StartsWith("unknown flag -nope"),
            "flag -log-level: \"loud\" is not valid; expected debug, info, warn or error",
            "PLEX_TUNER_TUNER_COUNT: \"many\" is not valid; expected a whole number from 1 to 255",
            "PLEX_TUNER_ADDR: \"x\" is not valid; expected :port, *:port, localhost:port, "
            "ipv4:port or [ipv6]:port, with a port from 0 to 65535",
            "PLEX_TUNER_LINGER (" + dotenv_line(1) +
                "): \"soon\" is not valid; expected a duration such as 500ms, 45s, 10m or 1h30m, "
                "from 1ms "
                "to 1h, or 0"));
    EXPECT_EQ(loaded.config.stream.linger, 5s);
    EXPECT_EQ(loaded.config.tuner.count, 2);
    EXPECT_EQ(loaded.provenance.at("PLEX_TUNER_TUNER_COUNT"), "default");
}

TEST_F(LoaderTest, RangesAreKept) {
    const std::vector<std::pair<std::string, std::string>> bad = {{"TUNER_COUNT", "0"},
        {"TUNER_COUNT", "256"}, {"LINEUP_MAX_CHANNELS", "-2"}, {"XMLTV_TIMEOUT", "0"},
        {"CONNECT_TIMEOUT", "-5s"}, {"START_TIMEOUT", "25h"}, {"REFRESH", "10ms"},
        {"RING_BYTES", "1k"}, {"RING_BYTES", "2GiB"}, {"HTTP_MAX_CONNECTIONS", "0"},
        {"LINGER", "5"}, {"SKIP_INDEX", "maybe"}, {"MODE", "hard"}, {"LOG_FORMAT", "xml"},
        {"BASE_URL", "tuner:5004"}, {"CATALOG", "data/"}, {"PROVIDER_URL", "panel.example:8080"},
        {"M3U_URL", "ftp://h/x"}, {"FRIENDLY_NAME", "a\nb"}, {"USER_AGENT", "a\r\nX-Evil: 1"}};
    for (const auto& [name, value] : bad) {
        inputs_.environment = {{"PLEX_TUNER_" + name, value}};
        EXPECT_THAT(
            load(inputs_).problems, ElementsAre(AllOf(StartsWith("PLEX_TUNER_" + name + ": \""),
                                        HasSubstr("is not valid; expected"), Not(HasSubstr("\n")))))
            << name << "=" << value;
    }
}

TEST_F(LoaderTest, NoLineEverShowsASecret) {
    const std::string secret = "hunter2";
    dotenv("PLEX_TUNER_XMLTV_URL=ftp://u:hunter2@h/\nhunter2\nPLEX_TUNER_HUNTER=hunter2\n");
    inputs_.environment = {{"PLEX_TUNER_PROVIDER_PASS", "hunter2\nhunter2"},
        {"PLEX_TUNER_PROVIDER_URL", "u:hunter2@panel.example"},
        {"PLEX_TUNER_PROVIDER_URLS", "http://h/?password=hunter2,x"},
        {"PLEX_TUNER_M3U_URL", "http://u:hunter2@h:port/get.php?username=u\\&password=hunter2"},
        {"PLEX_TUNER_PMS_TOKEN", "hunter2"}, {"PLEX_TUNER_BASE_URL", "http://u:hunter2@h"}};
    inputs_.arguments = {
        "-addr=http://u:hunter2@h/", "-token=hunter2", "http://h/live/u/hunter2/1"};
    const Loaded loaded = load(inputs_);
    EXPECT_EQ(loaded.problems.size(), 9U);
    EXPECT_THAT(loaded.problems, Each(Not(HasSubstr(secret))));
    EXPECT_THAT(loaded.warnings, Each(Not(HasSubstr(secret))));
    EXPECT_THAT(dump(loaded), Not(HasSubstr(secret)));
}

TEST_F(LoaderTest, AUrlWithoutItsSchemeIsAProblemThatSaysSo) {
    const std::string url = "provider.example:8080/get.php?username=bob&password=hunter2";
    inputs_.environment = {{"PLEX_TUNER_M3U_URL", url}, {"PLEX_TUNER_XMLTV_URL", "//" + url}};
    const Loaded loaded = load(inputs_);
    EXPECT_THAT(loaded.problems, ElementsAre(HasSubstr("PLEX_TUNER_M3U_URL"), HasSubstr("XMLTV")));
    EXPECT_THAT(loaded.problems, Each(AllOf(HasSubstr("with its http://"), HasSubstr("provider"))));
    EXPECT_THAT(loaded.problems, Each(Not(HasSubstr("hunter2"))));
}

TEST_F(LoaderTest, LongAndBinaryValuesAreShownShortAndPrintable) {
    inputs_.environment = {
        {"PLEX_TUNER_MODE", std::string(5000, 'x') + "\n"}, {"PLEX_TUNER_LINGER", "\xFF\x01"}};
    for (const std::string& problem : load(inputs_).problems) {
        EXPECT_LT(problem.size(), 400U);
        EXPECT_THAT(problem, Not(HasSubstr("\x01")));
    }
}

TEST_F(LoaderTest, UnknownVariablesAreWarnedAbout) {
    dotenv("PLEX_TUNER_CATALOGUE=x\nOTHER=1\nPLEX_TUNER_WEBSAFE_JOIN_DELAY_MS=on\n");
    inputs_.environment = {{"PLEX_TUNER_TUNERCOUNT", "3"}, {"PLEX_TUNER_DVR_UUID", "x"},
        {"PLEX_HOST", "h"}, {"PLEX_TUNER_SERVICE_HOST", "10.0.0.1"}};
    EXPECT_THAT(load(inputs_).warnings,
        ElementsAre(
            "PLEX_TUNER_DVR_UUID (environment) is not supported by this version yet, ignored",
            "PLEX_TUNER_TUNERCOUNT (environment) is unknown, ignored; did you mean "
            "PLEX_TUNER_TUNER_COUNT?",
            "PLEX_TUNER_CATALOGUE (" + dotenv_line(1) +
                ") is unknown, ignored; did you mean PLEX_TUNER_CATALOG?",
            "PLEX_TUNER_WEBSAFE_JOIN_DELAY_MS (" + dotenv_line(3) +
                ") is not supported by this version yet, ignored"));
}

TEST_F(LoaderTest, MalformedDotenvLinesAreWarningsOnly) {
    dotenv("what is this\nPLEX_TUNER_TUNER_COUNT=3\n");
    const Loaded loaded = load(inputs_);
    EXPECT_EQ(loaded.config.tuner.count, 3);
    EXPECT_THAT(loaded.problems, IsEmpty());
    EXPECT_THAT(loaded.warnings, ElementsAre(StartsWith(dotenv_line(1))));
}

TEST_F(LoaderTest, PlexIsFoundByTheNamesOthersUse) {
    inputs_.environment = {{"PLEX_HOST", "plex.lan"}, {"PLEX_TOKEN", "t0ken"}};
    Loaded loaded = load(inputs_);
    EXPECT_EQ(loaded.config.plex.url->text(), "http://plex.lan:32400");
    EXPECT_EQ(loaded.config.plex.token, Secret("t0ken"));
    EXPECT_EQ(loaded.provenance.at("PLEX_TUNER_PMS_URL"), "env PLEX_HOST");
    EXPECT_EQ(loaded.provenance.at("PLEX_TUNER_PMS_TOKEN"), "env PLEX_TOKEN");

    const std::vector<std::pair<std::string, std::string>> hosts = {
        {"10.0.0.2:8080", "http://10.0.0.2:8080"}, {"::1", "http://[::1]:32400"},
        {"[::1]", "http://[::1]:32400"}, {"[::1]:99", "http://[::1]:99"},
        {"https://plex.lan", "https://plex.lan"}};
    for (const auto& [host, url] : hosts) {
        inputs_.environment["PLEX_HOST"] = host;
        loaded = load(inputs_);
        ASSERT_TRUE(loaded.config.plex.url) << host;
        EXPECT_EQ(loaded.config.plex.url->text(), url);
    }
    inputs_.environment["PLEX_TUNER_PMS_URL"] = "http://named:1";
    inputs_.environment["PLEX_TUNER_PMS_TOKEN"] = "named";
    loaded = load(inputs_);
    EXPECT_EQ(loaded.config.plex.url->text(), "http://named:1");
    EXPECT_EQ(loaded.config.plex.token, Secret("named"));
}

TEST_F(LoaderTest, TheTunerIsNamedAfterTheHostWhenNothingElseNamesIt) {
    inputs_.environment = {{"HOSTNAME", "pod-1"}};
    Loaded loaded = load(inputs_);
    EXPECT_EQ(loaded.config.tuner.friendly_name, "pod-1");
    EXPECT_EQ(loaded.provenance.at("PLEX_TUNER_FRIENDLY_NAME"), "env HOSTNAME");
    inputs_.arguments = {"-friendly-name", "Living Room"};
    loaded = load(inputs_);
    EXPECT_EQ(loaded.config.tuner.friendly_name, "Living Room");
    EXPECT_EQ(loaded.provenance.at("PLEX_TUNER_FRIENDLY_NAME"), "flag -friendly-name");
}

TEST_F(LoaderTest, TheStateDirectoryFollowsTheCatalog) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"/data/sports/catalog.json", "/data/sports/catalog.state"}, {"list", "list.state"},
        {"a.b.json", "a.b.state"}, {"x.state", "x.state.state"}};
    for (const auto& [catalog, state] : cases) {
        inputs_.arguments = {"-catalog", catalog};
        EXPECT_EQ(load(inputs_).config.catalog.state_directory, state);
    }
}

TEST_F(LoaderTest, HalfAnAccountIsWarnedAbout) {
    inputs_.environment = {{"PLEX_TUNER_PROVIDER_USER", "u"}};
    EXPECT_THAT(load(inputs_).warnings, ElementsAre(HasSubstr("PLEX_TUNER_PROVIDER_PASS is not")));
    inputs_.environment = {{"PLEX_TUNER_PROVIDER_PASS", "p"}};
    EXPECT_THAT(load(inputs_).warnings, ElementsAre(HasSubstr("PLEX_TUNER_PROVIDER_USER is not")));
    inputs_.environment = {{"PLEX_TUNER_PROVIDER_URL", "http://h"}};
    EXPECT_THAT(load(inputs_).warnings, ElementsAre(HasSubstr("a provider URL is set without")));
    inputs_.environment = {{"PLEX_TUNER_PROVIDER_USER", "u"}, {"PLEX_TUNER_PROVIDER_PASS", "p"}};
    EXPECT_THAT(
        load(inputs_).warnings, ElementsAre(HasSubstr("a provider account is set without")));
    inputs_.environment["PLEX_TUNER_M3U_URL"] = "http://h/x";
    EXPECT_THAT(load(inputs_).warnings, IsEmpty());
}

TEST_F(LoaderTest, HelpIsReportedBesideTheRest) {
    inputs_.arguments = {"-h"};
    EXPECT_TRUE(load(inputs_).help_requested);
}

} // namespace
} // namespace plex_tuner::config
