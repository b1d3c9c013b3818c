// SPDX-License-Identifier: GPL-3.0-or-later
// Reading films over HTTP as files: `plex-tuner mount` beside `rclone mount --vfs-cache-mode full`
// and `httpdirfs --cache`, on the same origin in the same run. Needs root and /dev/fuse.
#include "file_origin.hpp"
#include "process_figures.hpp"
#include "support/child_process.hpp"
#include "support/temporary_directory.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace plex_tuner;
using Clock = std::chrono::steady_clock;
using std::filesystem::path;

constexpr std::uint64_t kBig = 1'000'000'000;
constexpr std::chrono::milliseconds kLatency{20};
constexpr std::uint64_t kMegabit = 1'000'000 / 8;
constexpr int kRandomReads = 50;
constexpr std::array<const char*, 9> kNames = {"end.mp4", "film.mkv", "row.mkv", "slow.mkv",
    "fast.mkv", "faster.mkv", "random.mkv", "tail.mkv", "known.mkv"};

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// A mounted file system under test, unmounted by the destructor.
class Contestant {
public:
    Contestant(std::string name, std::vector<std::string> arguments,
        std::map<std::string, std::string> environment, path mount_point,
        std::function<path(const std::string&)> file)
        : name_(std::move(name)), mount_point_(std::move(mount_point)), file_(std::move(file)) {
        environment["PATH"] = "/usr/bin:/bin:/usr/sbin";
        environment["HOME"] = mount_point_.parent_path();
        std::filesystem::create_directories(mount_point_);
        process_ = std::make_unique<testing::ChildProcess>(
            testing::ChildOptions{.arguments = std::move(arguments),
                .environment = std::move(environment),
                .directory = mount_point_.parent_path()});
        for (int i = 0; i < 500 && !is_there(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        if (!is_there()) {
            throw std::runtime_error(name_ + " does not mount: " + process_->stderr_text());
        }
    }

    ~Contestant() {
        ::umount2(mount_point_.c_str(), MNT_DETACH);
        process_->signal(SIGTERM);
        static_cast<void>(process_->wait());
    }

    Contestant(const Contestant&) = delete;
    Contestant& operator=(const Contestant&) = delete;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    [[nodiscard]] path file(const std::string& name) const { return file_(name); }

    [[nodiscard]] double cpu() const { return bench::cpu_seconds(process_->pid()); }

    [[nodiscard]] double memory() const { return bench::memory_mb(process_->pid(), "VmHWM"); }

private:
    [[nodiscard]] bool is_there() const {
        struct stat status{};
        return ::stat(file(kNames[0]).c_str(), &status) == 0;
    }

    std::string name_;
    path mount_point_;
    std::function<path(const std::string&)> file_;
    std::unique_ptr<testing::ChildProcess> process_;
};

std::unique_ptr<Contestant> plex_tuner_mount(
    const bench::FileOrigin& origin, const path& directory) {
    {
        std::ofstream catalog(directory / "catalog.json");
        catalog << R"({"movies":[)";
        for (const char* const name : kNames) {
            catalog << (name == kNames[0] ? "" : ",") << R"({"id":")" << name << R"(","title":")"
                    << path(name).stem().string() << R"(","stream_url":")" << origin.url(name)
                    << R"("})";
        }
        catalog << "]}";
    }
    const path mount_point = directory / "mnt";
    return std::make_unique<Contestant>("plex-tuner",
        std::vector<std::string>{PT_TUNER_BINARY, "mount", "-catalog", directory / "catalog.json",
            "-mount", mount_point, "-cache", directory / "cache"},
        std::map<std::string, std::string>{{"PLEX_TUNER_STATE_DIR", directory},
            {"PLEX_TUNER_CACHE_MIN_FREE", "0"}, {"PLEX_TUNER_VODFS_NAME_PREFIX", "none"}},
        mount_point, [mount_point](const std::string& name) {
            return mount_point / "Movies" / path(name).stem() / name;
        });
}

std::unique_ptr<Contestant> rclone_mount(const bench::FileOrigin& origin, const path& directory) {
    const path mount_point = directory / "mnt";
    return std::make_unique<Contestant>("rclone",
        std::vector<std::string>{"/usr/bin/rclone", "mount", ":http:", mount_point, "--http-url",
            origin.url(""), "--vfs-cache-mode", "full", "--cache-dir", directory / "cache",
            "--config", directory / "none.conf", "--read-only"},
        std::map<std::string, std::string>{}, mount_point,
        [mount_point](const std::string& name) { return mount_point / name; });
}

std::unique_ptr<Contestant> httpdirfs_mount(
    const bench::FileOrigin& origin, const path& directory) {
    const path mount_point = directory / "mnt";
    return std::make_unique<Contestant>("httpdirfs",
        std::vector<std::string>{"/usr/bin/httpdirfs", "-f", "--cache", "--cache-location",
            directory / "cache", origin.url(""), mount_point},
        std::map<std::string, std::string>{}, mount_point,
        [mount_point](const std::string& name) { return mount_point / name; });
}

/// What something took: of us, and of the origin.
struct Cost {
    double seconds = 0;
    double cpu = 0; ///< of the file system
    bench::FileOrigin::Counts origin;
    bool failed = false;
};

class Measurement {
public:
    Measurement(const bench::FileOrigin& origin, const Contestant& contestant)
        : origin_(origin), contestant_(contestant) {}

    template <class Work>
    [[nodiscard]] Cost of(const Work& work) const {
        const auto before = origin_.counts();
        const double cpu = contestant_.cpu();
        const auto begin = Clock::now();
        Cost cost;
        cost.failed = !work();
        cost.seconds = seconds_since(begin);
        cost.cpu = contestant_.cpu() - cpu;
        const auto after = origin_.counts();
        cost.origin = {.requests = after.requests - before.requests,
            .connections = after.connections - before.connections,
            .bytes = after.bytes - before.bytes};
        return cost;
    }

    void print(const char* what, const Cost& cost, const std::string& more = {}) const {
        std::printf(
            "  %-11s %-34s %8.3f s %7.2f s CPU %5llu requests %4llu connections %9.2f MB%s\n",
            contestant_.name().c_str(), what, cost.seconds, cost.cpu,
            static_cast<unsigned long long>(cost.origin.requests),
            static_cast<unsigned long long>(cost.origin.connections),
            static_cast<double>(cost.origin.bytes) / 1e6, cost.failed ? "  FAILED" : more.c_str());
        std::fflush(stdout);
    }

private:
    const bench::FileOrigin& origin_;
    const Contestant& contestant_;
};

/// In a row, to the end, or `most` of it.
bool read_all(const path& file, std::uint64_t most = kBig) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    std::vector<char> bytes(std::size_t{1} << 20);
    std::uint64_t total = 0;
    for (ssize_t got = 1; got > 0 && total < most;) {
        got = ::read(descriptor, bytes.data(), bytes.size());
        total += static_cast<std::uint64_t>(std::max<ssize_t>(got, 0));
    }
    // What the kernel keeps of it would answer the next read.
    ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
    ::close(descriptor);
    return total >= most;
}

bool read_at(int descriptor, std::uint64_t offset, std::size_t size) {
    std::vector<char> bytes(size);
    std::size_t got = 0;
    while (got < size) {
        const ssize_t part =
            ::pread(descriptor, bytes.data() + got, size - got, static_cast<off_t>(offset + got));
        if (part <= 0) {
            return false;
        }
        got += static_cast<std::size_t>(part);
    }
    return true;
}

bool probe(const path& file) {
    return testing::run_command(
               {"/usr/bin/ffprobe", "-v", "error", "-show_streams", "-show_format", file.string()},
               std::chrono::minutes(5))
               .exit_code == 0;
}

double curl_seconds(const std::string& url, std::uint64_t most) {
    const auto begin = Clock::now();
    const auto done = testing::run_command(
        {"/usr/bin/curl", "-s", "-o", "/dev/null", "-r", "0-" + std::to_string(most - 1), url},
        std::chrono::minutes(5));
    return done.exit_code == 0 ? seconds_since(begin) : 0;
}

void measure(bench::FileOrigin& origin, const Contestant& contestant) {
    const Measurement measurement(origin, contestant);
    origin.set_latency(kLatency);
    measurement.print("ffprobe, MP4, index at its end",
        measurement.of([&] { return probe(contestant.file("end.mp4")); }));
    measurement.print(
        "ffprobe, MKV", measurement.of([&] { return probe(contestant.file("film.mkv")); }));

    const int random_file = ::open(contestant.file("random.mkv").c_str(), O_RDONLY | O_CLOEXEC);
    std::mt19937_64 random(7);
    const Cost reads = measurement.of([&] {
        bool good = random_file >= 0;
        for (int i = 0; i < kRandomReads && good; ++i) {
            good = read_at(random_file, random() % (kBig - 4096), 4096);
        }
        return good;
    });
    ::close(random_file);
    std::array<char, 64> each{};
    std::snprintf(
        each.data(), each.size(), "  (%.1f ms each)", 1000 * reads.seconds / kRandomReads);
    measurement.print("50 random reads of 4 KiB", reads, each.data());

    origin.set_pace(100 * kMegabit);
    const auto tail = [&](const char* name) {
        return measurement.of([&] {
            constexpr std::size_t kTail = std::size_t{64} << 10;
            const int file = ::open(contestant.file(name).c_str(), O_RDONLY | O_CLOEXEC);
            const bool good = read_at(file, kBig - kTail, kTail);
            ::close(file);
            return good;
        });
    };
    measurement.print("last 64 KiB of 1 GB, 100 Mb/s", tail("tail.mkv"));
    ::close(::open(contestant.file("known.mkv").c_str(), O_RDONLY | O_CLOEXEC));
    measurement.print("the same, its size being known", tail("known.mkv"));

    origin.set_latency(std::chrono::milliseconds(0));
    const auto in_a_row = [&](const char* what, const std::string& name, std::uint64_t most) {
        const double curl = curl_seconds(origin.url(name), most);
        const Cost cost = measurement.of([&] { return read_all(contestant.file(name), most); });
        std::array<char, 96> ratio{};
        std::snprintf(ratio.data(), ratio.size(), "  %.0f MB/s, curl %.0f, ratio %.2f",
            static_cast<double>(most) / 1e6 / cost.seconds, static_cast<double>(most) / 1e6 / curl,
            curl / cost.seconds);
        measurement.print(what, cost, ratio.data());
    };
    origin.set_pace(500 * kMegabit);
    in_a_row("200 MB in a row, origin 500 Mb/s", "slow.mkv", 200'000'000);
    origin.set_pace(1'000 * kMegabit);
    in_a_row("400 MB in a row, origin 1 Gb/s", "fast.mkv", 400'000'000);
    origin.set_pace(2'500 * kMegabit);
    in_a_row("1 GB in a row, origin 2.5 Gb/s", "faster.mkv", kBig);
    origin.set_pace(0);
    in_a_row("1 GB in a row, as fast as it goes", "row.mkv", kBig);
    const Cost again = measurement.of([&] { return read_all(contestant.file("row.mkv")); });
    std::array<char, 64> rate{};
    std::snprintf(rate.data(), rate.size(), "  %.0f MB/s, peak memory %.0f MB",
        static_cast<double>(kBig) / 1e6 / again.seconds, contestant.memory());
    measurement.print("1 GB again, from the cache", again, rate.data());
}

/// Ten seconds over and over: what is read of a film is in its head and its index.
bool make_films(const path& directory) {
    const path clip = directory / "clip.mkv";
    const auto made = [](const std::vector<std::string>& arguments) {
        std::vector<std::string> command{"/usr/bin/ffmpeg", "-v", "error", "-y"};
        command.insert(command.end(), arguments.begin(), arguments.end());
        return testing::run_command(command, std::chrono::minutes(5)).exit_code == 0;
    };
    return made({"-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=10", "-f", "lavfi", "-i",
               "sine=d=10", "-c:v", "mpeg4", "-b:v", "4M", "-c:a", "aac", clip.string()}) &&
           made({"-stream_loop", "200", "-i", clip.string(), "-c", "copy",
               (directory / "end.mp4").string()}) &&
           made({"-stream_loop", "200", "-i", clip.string(), "-c", "copy",
               (directory / "film.mkv").string()});
}

bool make_big(const path& file) {
    std::ofstream out(file, std::ios::binary);
    std::mt19937_64 random(1);
    std::vector<std::uint64_t> part(kBig / 1000 / sizeof(std::uint64_t));
    for (int i = 0; i < 1000; ++i) {
        std::ranges::generate(part, [&] { return random(); });
        out.write(reinterpret_cast<const char*>(part.data()), // bytes of numbers
            static_cast<std::streamsize>(part.size() * sizeof(std::uint64_t)));
    }
    return out.good();
}

} // namespace

int main() {
    if (::geteuid() != 0 || ::access("/dev/fuse", R_OK | W_OK) != 0) {
        std::puts("vodfs: mounting needs root and /dev/fuse");
        return EXIT_FAILURE;
    }
    const testing::TemporaryDirectory directory;
    if (!make_films(directory.path()) || !make_big(directory.path() / "big.mkv")) {
        std::puts("vodfs: the films cannot be made (ffmpeg, 2 GB of disk)");
        return EXIT_FAILURE;
    }
    bench::FileOrigin origin;
    for (const char* const name : kNames) {
        const bool is_film = std::filesystem::exists(directory.path() / name);
        origin.add(name, directory.path() / (is_film ? name : "big.mkv"));
    }

    struct Kind {
        const char* program;
        std::unique_ptr<Contestant> (*mount)(const bench::FileOrigin&, const path&);
    };

    for (const Kind& kind :
        {Kind{PT_TUNER_BINARY, &plex_tuner_mount}, Kind{"/usr/bin/rclone", &rclone_mount},
            Kind{"/usr/bin/httpdirfs", &httpdirfs_mount}}) {
        if (::access(kind.program, X_OK) != 0) {
            std::printf("  %s is not here (scripts/install-deps bench)\n", kind.program);
            continue;
        }
        const testing::TemporaryDirectory place(directory.path());
        std::filesystem::create_directories(place.path() / "cache");
        origin.set_latency(std::chrono::milliseconds(0));
        try {
            measure(origin, *kind.mount(origin, place.path()));
        } catch (const std::exception& error) {
            std::printf("  %s\n", error.what());
        }
    }
    return EXIT_SUCCESS;
}
