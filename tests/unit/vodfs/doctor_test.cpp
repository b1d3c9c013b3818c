// SPDX-License-Identifier: GPL-3.0-or-later
#include "mount_info.hpp"

#include <plex_tuner/vodfs/doctor.hpp>

#include <cerrno>

#include <gmock/gmock.h>

namespace plex_tuner::vodfs {
namespace {

using ::testing::HasSubstr;

constexpr const char* kHost = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
                              "30 22 8:2 / /media rw shared:7 - ext4 /dev/sdb1 rw\n";
constexpr const char* kMounted =
    "40 30 0:57 / /media/vod ro,nosuid,nodev shared:9 - fuse.plex-tuner plex-tuner "
    "ro,user_id=0,group_id=0,default_permissions,allow_other\n";

/// A machine on which all is in order, with nothing mounted and no media server.
DoctorFacts host() {
    DoctorFacts facts;
    facts.mount_point = "/media/vod";
    facts.allow_other = true;
    facts.may_mount = true;
    facts.has_fusermount = true;
    facts.mounts = kHost;
    return facts;
}

/// Plex in a container whose /films follows /media, or does not.
MediaServer server_of(const std::string& tag, const std::string& more = {}) {
    return {.pid = 700,
        .name = "Plex Media Server",
        .uid = 997,
        .is_readable = true,
        .has_our_mounts = false,
        .mounts = "90 1 0:70 / / rw master:3 - overlay overlay rw\n"
                  "91 90 8:2 / /films rw " +
                  tag + "- ext4 /dev/sdb1 rw\n" + more,
        .closed = {}};
}

Check check_of(const DoctorFacts& facts, const std::string& name) {
    for (const Check& check : examine(facts)) {
        if (check.name == name) {
            return check;
        }
    }
    ADD_FAILURE() << "no check " << name;
    return {};
}

void expect_ok(const DoctorFacts& facts, const std::string& name, const std::string& text = {}) {
    const Check check = check_of(facts, name);
    EXPECT_EQ(check.verdict, Check::Verdict::ok) << name << ": " << check.finding;
    EXPECT_THAT(check.finding, HasSubstr(text));
    EXPECT_EQ(check.remedy, "");
}

void expect_problem(const DoctorFacts& facts, const std::string& name, const std::string& remedy) {
    const Check check = check_of(facts, name);
    EXPECT_EQ(check.verdict, Check::Verdict::problem) << name << ": " << check.finding;
    EXPECT_THAT(check.remedy, HasSubstr(remedy)) << check.finding;
}

TEST(MountInfo, ReadsWhatTheKernelWrites) {
    const auto rows = parse_mount_info(
        "36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:2 propagate_from:1 - ext3 /dev/r rw,a=b\n"
        "37 35 98:1 / /p rw shared:12 master:3 - fuse.plex-tuner plex-tuner rw,allow_other\n"
        "broken line\n"
        "38 35 98:2 / /q rw - tmpfs none rw\n");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].mount_point, "/mnt 2");
    EXPECT_EQ(rows[0].device, "98:0");
    EXPECT_EQ(rows[0].master, 2);
    EXPECT_EQ(rows[0].peer_group, 0);
    EXPECT_EQ(rows[0].type, "ext3");
    EXPECT_FALSE(rows[0].has_option("a"));
    EXPECT_TRUE(rows[0].has_option("a=b"));
    EXPECT_EQ(rows[1].peer_group, 12);
    EXPECT_EQ(rows[1].master, 3);
    EXPECT_TRUE(rows[1].is_ours());
    EXPECT_FALSE(rows[2].is_ours());
}

TEST(MountInfo, AMountIsFoundByTheLongestOfItsParents) {
    const auto rows = parse_mount_info(std::string(kHost) + kMounted);
    EXPECT_EQ(mount_of(rows, "/media/vod", true)->device, "0:57");
    EXPECT_EQ(mount_of(rows, "/media/vod", false)->device, "8:2");
    EXPECT_EQ(mount_of(rows, "/mediathek", true)->device, "8:1");
    EXPECT_EQ(mount_of({}, "/media", true), nullptr);
}

TEST(Doctor, AHostInOrderHasNoProblem) {
    for (const Check& check : examine(host())) {
        EXPECT_NE(check.verdict, Check::Verdict::problem) << check.name << ": " << check.finding;
    }
    EXPECT_EQ(check_of(host(), "media server").verdict, Check::Verdict::skipped);
}

TEST(Doctor, TheDeviceMustBeThereAndOpen) {
    DoctorFacts facts = host();
    facts.device_errno = ENOENT;
    expect_problem(facts, "/dev/fuse", "modprobe fuse");
    facts.mounts = "22 1 0:70 / / rw - overlay overlay rw\n";
    expect_problem(facts, "/dev/fuse", "--device /dev/fuse");
    facts.device_errno = EPERM;
    expect_problem(facts, "/dev/fuse", "--device /dev/fuse");
    facts.device_errno = EACCES;
    expect_problem(facts, "/dev/fuse", "chmod");
}

TEST(Doctor, AUserNeedsFusermountAndTheLineForOthers) {
    DoctorFacts facts = host();
    facts.uid = 1000;
    facts.may_mount = false;
    facts.fuse_conf = "# user_allow_other\n#user_allow_other\nmount_max = 10\n";
    expect_ok(facts, "right to mount");
    expect_problem(facts, "/etc/fuse.conf", "echo user_allow_other >> /etc/fuse.conf");
    facts.fuse_conf += "  user_allow_other \n";
    expect_ok(facts, "/etc/fuse.conf");
    facts.fuse_conf = {};
    facts.allow_other = false;
    expect_ok(facts, "/etc/fuse.conf", "not needed");
    facts.has_fusermount = false;
    expect_problem(facts, "right to mount", "apt-get install fuse3");
    facts.is_writable = false;
    expect_problem(facts, "mount point", "chown 1000 /media/vod");
    facts.uid = 0;
    expect_problem(facts, "right to mount", "SYS_ADMIN");
}

TEST(Doctor, TheMountPointIsADirectoryAndAlive) {
    DoctorFacts facts = host();
    facts.mount_point_errno = ENOTCONN;
    expect_problem(facts, "mount point", "umount -l /media/vod");
    facts.mount_point_errno = ENOENT;
    expect_ok(facts, "mount point");
    facts.uid = 1000;
    expect_problem(facts, "mount point", "mkdir -p /media/vod");
    facts = host();
    facts.mounts += kMounted;
    expect_ok(facts, "mount point", "is mounted");
    facts.mount_point.clear();
    expect_problem(facts, "mount point", "PLEX_TUNER_MOUNT");
}

TEST(Doctor, AMountOnAPrivateOneIsNotSeenElsewhere) {
    DoctorFacts facts = host();
    expect_ok(facts, "propagation", "/media");
    facts.mounts =
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 22 8:2 / /media rw - ext4 /dev/sdb1 rw\n";
    expect_problem(facts, "propagation", "mount --make-shared /media");
    facts.server = server_of("");
    expect_problem(facts, "seen by it", "start the media server again");
    facts.server->has_our_mounts = true;
    expect_ok(facts, "propagation", "same mounts");
    facts.mounts =
        "22 1 0:70 / / rw - overlay overlay rw\n30 22 8:2 / /media rw - ext4 /dev/sdb1 rw\n";
    facts.server.reset();
    expect_problem(facts, "propagation", "mountPropagation: Bidirectional");
}

TEST(Doctor, AServerInAContainerSeesWhatItsVolumeFollows) {
    DoctorFacts facts = host();
    facts.server = server_of("master:7 ");
    expect_ok(facts, "seen by it", "will be");
    facts.mounts += kMounted;
    expect_problem(facts, "seen by it", "mount again");
    facts.server = server_of("master:7 ",
        "92 91 0:57 / /films/vod ro master:9 - fuse.plex-tuner plex-tuner ro,user_id=0\n");
    expect_ok(facts, "seen by it", "/films/vod");
    facts.server = server_of("");
    expect_problem(facts, "seen by it", "-v /media:/media:rslave");
    expect_problem(facts, "seen by it", "mountPropagation: HostToContainer");
    // Another mount of ours is not this one.
    facts.server =
        server_of("", "92 91 0:99 / /films/vod ro - fuse.plex-tuner plex-tuner ro,user_id=0\n");
    expect_problem(facts, "seen by it", "rslave");
}

TEST(Doctor, AServerOfAnotherUserNeedsAllowOther) {
    DoctorFacts facts = host();
    facts.server = server_of("master:7 ");
    expect_ok(facts, "readable by it");
    facts.allow_other = false;
    expect_problem(facts, "readable by it", "-allow-other");
    facts.server->uid = 0;
    expect_ok(facts, "readable by it");
    facts.server->uid = 997;
    facts.allow_other = true;
    facts.mounts += "40 30 0:57 / /media/vod ro - fuse.plex-tuner plex-tuner ro,user_id=0\n";
    expect_problem(facts, "readable by it", "mount again, now with -allow-other");
    facts.server->uid = 0;
    expect_ok(facts, "readable by it");
    facts = host();
    facts.server = server_of("master:7 ");
    facts.server->closed = "/home/joe's";
    expect_problem(facts, "readable by it", "chmod o+x '/home/joe'\\''s'");
}

TEST(Doctor, AServerThatCannotBeLookedAtOrIsNotThereIsSaid) {
    DoctorFacts facts = host();
    facts.server_wanted = "Emby";
    expect_problem(facts, "media server", "-pid");
    facts.server = server_of("");
    facts.server->is_readable = false;
    expect_problem(facts, "media server", "sudo plex-tuner doctor vodfs -pid 700");
}

} // namespace
} // namespace plex_tuner::vodfs
