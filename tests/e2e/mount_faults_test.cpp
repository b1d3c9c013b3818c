// SPDX-License-Identifier: GPL-3.0-or-later
// Mounts of the real binary when something goes wrong around them: what is read is right or an
// error, and nothing stays behind.
#include "mount_command_fixture.hpp"
#include "playlists.hpp"
#include "support/media.hpp"
#include "support/small_disk.hpp"

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <sys/stat.h>

namespace plex_tuner::testing {
namespace {

using ::testing::ElementsAreArray;

/// A file of the mount, closed by the destructor.
class MountedFile {
public:
    explicit MountedFile(const std::filesystem::path& path)
        : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}

    ~MountedFile() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }

    MountedFile(const MountedFile&) = delete;
    MountedFile& operator=(const MountedFile&) = delete;

    /// Up to `size` bytes, fewer at the end; with an error those before it.
    [[nodiscard]] std::string read(std::size_t offset, std::size_t size) {
        std::string bytes(size, '\0');
        std::size_t got = 0;
        while (got < size) {
            const ssize_t part = ::pread(
                descriptor_, bytes.data() + got, size - got, static_cast<off_t>(offset + got));
            if (part <= 0) {
                error_ = part < 0 ? errno : 0;
                break;
            }
            got += static_cast<std::size_t>(part);
        }
        bytes.resize(got);
        return bytes;
    }

    [[nodiscard]] int error() const noexcept { return error_; }

private:
    int descriptor_;
    int error_ = 0;
};

class MountFaultTest : public MountCommandTest {
protected:
    /// Films of different bytes, each at a path of its own.
    std::vector<std::string> different_films(std::size_t count, std::size_t size) {
        std::vector<std::string> titles;
        for (std::size_t i = 0; i < count; ++i) {
            const std::string title = "Film " + std::to_string(10 + i);
            const std::string path = "/film/" + std::to_string(i) + ".mkv";
            content_[title] = VodOrigin::made(size + i, 100 + i);
            origin_.put(path, {.bytes = content_[title]});
            paths_[title] = path;
            titles.push_back(title);
        }
        return titles;
    }

    std::map<std::string, std::shared_ptr<const std::string>> content_;
};

TEST_F(MountFaultTest, KilledWhileItReadsAndRefreshesItLeavesNothingWrong) {
    const auto titles = different_films(4, 3 * kMiB);
    // Large enough for a refresh to take its time.
    std::vector<std::string> many(titles);
    for (int i = 0; i < 20'000; ++i) {
        many.push_back("Zz " + std::to_string(100'000 + i));
    }
    for (const bool grows : {true, false}) {
        write_catalog(grows ? titles : many);
        mount();
        std::vector<std::thread> readers;
        std::atomic<std::size_t> reads{0};
        for (unsigned seed = 0; seed < 4; ++seed) {
            readers.emplace_back([&, seed] {
                std::minstd_rand random(seed + 1);
                const std::string& title = titles[seed];
                MountedFile file(film(title));
                // Until the mount dies under it.
                while (file.error() == 0) {
                    const std::size_t offset = random() % (3 * kMiB);
                    const std::string got = file.read(offset, 100'000);
                    EXPECT_TRUE(content_.at(title)->compare(offset, got.size(), got) == 0)
                        << title << " at " << offset;
                    ++reads;
                    reads.notify_all();
                }
            });
        }
        for (std::size_t seen = 0; seen < 20; seen = reads.load()) {
            reads.wait(seen);
        }
        write_catalog(grows ? many : titles);
        tuner_.process().signal(SIGHUP); // it looks at the catalog now
        for (std::size_t begin = reads.load(), seen = begin; seen < begin + 3;
            seen = reads.load()) {
            reads.wait(seen);
        }
        tuner_.kill();
        for (std::thread& reader : readers) {
            reader.join();
        }
        mount(); // over what is left of the dead one
        EXPECT_EQ(films().size(), grows ? many.size() : titles.size());
        for (const std::string& title : titles) {
            EXPECT_TRUE(content(film(title)) == *content_.at(title)) << title;
        }
        EXPECT_EQ(tuner_.stop(), 0);
        EXPECT_TRUE(std::filesystem::is_empty(mount_point()));
    }
}

TEST_F(MountFaultTest, AFullDiskUnderTheCacheChangesNoByteAndEndsNoRead) {
    const auto titles = different_films(3, 8 * kMiB);
    std::filesystem::create_directories(tuner_.file("cache"));
    SmallDisk disk(tuner_.file("cache"), 10 * kMiB);
    write_catalog(titles);
    mount();
    for (int round = 0; round < 2; ++round) {
        for (const std::string& title : titles) {
            EXPECT_TRUE(content(film(title)) == *content_.at(title)) << title;
        }
    }
    // While somebody reads, and not a byte is left.
    MountedFile file(film(titles[0]));
    EXPECT_TRUE(file.read(0, 4096) == content_.at(titles[0])->substr(0, 4096));
    disk.fill(0);
    for (std::size_t offset = 0; offset < 8 * kMiB; offset += 700'000) {
        EXPECT_TRUE(file.read(offset, 50'000) == content_.at(titles[0])->substr(offset, 50'000))
            << offset;
    }
    EXPECT_TRUE(content(film(titles[1])) == *content_.at(titles[1]));
    EXPECT_TRUE(tuner_.process().wait_for_line({"the cache keeps nothing more for now"}));
    // And again when there is room: what the full disk took in part is not believed.
    EXPECT_EQ(tuner_.stop(), 0);
    disk.free_again();
    mount();
    for (const std::string& title : titles) {
        EXPECT_TRUE(content(film(title)) == *content_.at(title)) << title;
    }
    EXPECT_EQ(tuner_.stop(), 0);
}

TEST_F(MountFaultTest, EightReadersAtRandomPlacesSeeTheOriginsBytesUnderFaults) {
    const auto titles = different_films(5, 5 * kMiB);
    write_catalog(titles);
    mount();
    std::atomic<bool> done{false};
    std::thread saboteur([&] {
        using Kind = VodFault::Kind;
        const VodFault faults[] = {{.kind = Kind::cut, .number = 50'000},
            {.kind = Kind::status, .number = 503}, {.kind = Kind::wrong_start, .number = 777},
            {.kind = Kind::html}};
        for (std::size_t i = 0; !done; ++i) {
            const std::string path = path_of(titles[i % titles.size()]);
            const std::size_t seen = provider_.count(path);
            origin_.change(path, [&](VodOrigin::File& file) { file.fault = faults[i % 4]; });
            // Not all of them: a request that fails many times in a row is given up.
            while (!done &&
                   !provider_.wait_for_requests(path, seen + 2, std::chrono::milliseconds(50)) &&
                   i % 7 != 0) {
                ++i;
            }
        }
    });
    std::vector<std::thread> readers;
    for (unsigned seed = 0; seed < 8; ++seed) {
        readers.emplace_back([&, seed] {
            std::minstd_rand random(seed + 1);
            for (int i = 0; i < 12; ++i) {
                const std::string& title = titles[random() % titles.size()];
                const std::string& bytes = *content_.at(title);
                MountedFile file(film(title));
                for (int j = 0; j < 4; ++j) {
                    const std::size_t offset = random() % bytes.size();
                    const std::size_t size = 1 + random() % 400'000;
                    ASSERT_TRUE(file.read(offset, size) == bytes.substr(offset, size))
                        << title << " " << offset << " " << size << " "
                        << std::strerror(file.error());
                }
            }
        });
    }
    for (std::thread& reader : readers) {
        reader.join();
    }
    done = true;
    saboteur.join();
    for (const std::string& title : titles) {
        EXPECT_TRUE(content(film(title)) == *content_.at(title)) << title;
    }
    EXPECT_EQ(tuner_.stop(), 0);
}

TEST_F(MountFaultTest, TenTimesMountedItIsTheSameAndAsksForNothingTwice) {
    const auto titles = different_films(3, 2 * kMiB);
    write_catalog(titles);
    std::map<std::string, ino_t> inodes;
    std::size_t asked = 0;
    for (int round = 0; round < 10; ++round) {
        mount();
        EXPECT_THAT(films(), ElementsAreArray(titles));
        for (const std::string& title : titles) {
            EXPECT_TRUE(content(film(title)) == *content_.at(title)) << title;
            struct stat status{};
            ASSERT_EQ(::stat(film(title).c_str(), &status), 0);
            EXPECT_EQ(inodes.try_emplace(title, status.st_ino).first->second, status.st_ino);
            EXPECT_EQ(status.st_size, static_cast<off_t>(content_.at(title)->size()));
        }
        EXPECT_EQ(tuner_.stop(), 0);
        EXPECT_TRUE(std::filesystem::is_empty(mount_point()));
        const std::size_t so_far = provider_.connections();
        EXPECT_TRUE(round == 0 || so_far == asked) << "round " << round;
        asked = so_far;
    }
}

/// The connections to an account at once, as its provider counts them.
class ConnectionCount {
public:
    /// Those whose client has closed are none, whether or not the thread that serves them has seen
    /// it.
    void enter(ProviderConnection& connection) {
        const std::scoped_lock lock(mutex_);
        std::size_t open = 1;
        for (ProviderConnection* const other : open_) {
            open += other->wait(std::chrono::milliseconds(1)) ? 1 : 0;
        }
        most_ = std::max(most_, open);
        open_.insert(&connection);
    }

    void leave(ProviderConnection& connection) {
        const std::scoped_lock lock(mutex_);
        open_.erase(&connection);
    }

    [[nodiscard]] std::size_t most() const {
        const std::scoped_lock lock(mutex_);
        return most_;
    }

private:
    mutable std::mutex mutex_;
    std::set<ProviderConnection*> open_;
    std::size_t most_ = 0;
};

/// Part of a film, over a connection that counts.
void send_range(ProviderConnection& connection, const ProviderRequest& request,
    const std::string& film, ConnectionCount& count) {
    count.enter(connection);
    const std::string range = request.header("range");
    std::size_t first = 0;
    std::size_t last = film.size() - 1;
    if (range.starts_with("bytes=")) {
        const std::size_t dash = range.find('-');
        std::from_chars(range.data() + 6, range.data() + dash, first);
        std::from_chars(range.data() + dash + 1, range.data() + range.size(), last);
        last = std::min(last, film.size() - 1);
    }
    const std::string answer = "HTTP/1.1 206 Partial\r\nConnection: close\r\nContent-Length: " +
                               std::to_string(last - first + 1) + "\r\nContent-Range: bytes " +
                               std::to_string(first) + "-" + std::to_string(last) + "/" +
                               std::to_string(film.size()) + "\r\n\r\n" +
                               film.substr(first, last - first + 1);
    connection.send(std::string_view(answer).substr(0, answer.size() - 1));
    // Before the client has all of it and may open the next one.
    count.leave(connection);
    connection.send(std::string_view(answer).substr(answer.size() - 1));
}

/// On an account that allows two connections.
class MountScanTest : public MountFaultTest {
protected:
    static constexpr std::size_t kAllowed = 2;
    static constexpr int kFilms = 500;
    static constexpr std::size_t kFilmBytes = 600'000;

    void SetUp() override {
        MountFaultTest::SetUp();
        settings_ = {{"PROVIDER_URL", provider_.url("")}, {"PROVIDER_USER", "joe"},
            {"PROVIDER_PASS", "hunter2"}, {"PROVIDER_MAX_CONNECTIONS", std::to_string(kAllowed)},
            {"PROVIDER_RATE", "1000"}, {"SHARED_DIR", tuner_.file("shared")}};
        // The provider's threads outlive this object's members.
        provider_.on("/movie/", [film = film_, count = count_](ProviderConnection& connection,
                                    const ProviderRequest& request) {
            send_range(connection, request, *film, *count);
        });
        provider_.on("/live/joe/hunter2/1.ts",
            [count = count_, endless = behave::endless(h264_clip(), 600'000)](
                ProviderConnection& connection, const ProviderRequest& request) {
                count->enter(connection);
                endless(connection, request);
                count->leave(connection);
            });
        provider_.on("/list.m3u",
            behave::content(playlist_of({{"one", provider_.url("/live/joe/hunter2/1.ts")}})));
    }

    std::shared_ptr<const std::string> film_ = VodOrigin::made(kFilmBytes, 5);
    std::shared_ptr<ConnectionCount> count_ = std::make_shared<ConnectionCount>();
    Tuner viewers_;
};

TEST_F(MountScanTest, AMediaServersScanKeepsToTheAccountAndLeavesRoomForViewers) {
    std::vector<std::string> titles;
    for (int i = 0; i < kFilms; ++i) {
        titles.push_back("Film " + std::to_string(1000 + i));
        paths_[titles.back()] = "/movie/joe/hunter2/" + std::to_string(i) + ".mkv";
    }
    write_catalog(titles);
    mount();
    viewers_.start(
        {.settings = {{"M3U_URL", provider_.url("/list.m3u")}, {"LIVE_ONLY", "1"},
             {"PROVIDER_URL", provider_.url("")}, {"PROVIDER_USER", "joe"},
             {"PROVIDER_PASS", "hunter2"}, {"PROVIDER_MAX_CONNECTIONS", std::to_string(kAllowed)},
             {"SHARED_DIR", tuner_.file("shared")}, {"LINGER", "0"}}});
    ASSERT_TRUE(viewers_.wait_until_ready()) << viewers_.process().stderr_text();
    std::atomic<std::size_t> scanned{0};
    std::vector<std::thread> scanners;
    for (std::size_t which = 0; which < 4; ++which) {
        scanners.emplace_back([&, which] {
            for (std::size_t i = which; i < titles.size(); i += 4) {
                struct stat status{};
                EXPECT_EQ(::stat(film(titles[i]).c_str(), &status), 0);
                MountedFile file(film(titles[i]));
                EXPECT_TRUE(file.read(0, 65'536) == film_->substr(0, 65'536)) << titles[i];
                EXPECT_TRUE(
                    file.read(kFilmBytes - 65'536, 65'536) == film_->substr(kFilmBytes - 65'536))
                    << titles[i];
                ++scanned;
                scanned.notify_all();
            }
        });
    }
    for (std::size_t seen = 0; seen < 100; seen = scanned.load()) {
        scanned.wait(seen);
    }
    {
        StreamClient viewer(viewers_.port(), "/auto/v1");
        EXPECT_TRUE(viewer.read(200'000)) << "somebody switches on while films are looked at";
        // Who does not take what comes is let go.
        std::atomic<bool> is_over = false;
        std::atomic<bool> has_played = true;
        std::thread watching([&] {
            while (!is_over && has_played) {
                has_played = viewer.read(200'000);
            }
        });
        for (std::thread& scanner : scanners) {
            scanner.join();
        }
        is_over = true;
        watching.join();
        EXPECT_TRUE(has_played) << "to the end of the scan";
    }
    EXPECT_EQ(scanned.load(), titles.size());
    EXPECT_LE(count_->most(), kAllowed);
    EXPECT_EQ(tuner_.stop(), 0) << tuner_.process().stderr_text();
}

} // namespace
} // namespace plex_tuner::testing
