// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug_tee.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/net/io_runtime.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace plex_tuner::gateway {
namespace {

constexpr std::size_t kMaxNamePart = 64;
/// "20261128T141100-000001-": what begins the names of our files.
constexpr std::size_t kStampSize = 15;
/// What a stream holds is nobody else's concern.
constexpr mode_t kFileMode = 0600;

/// Letters, digits, '-', '_' and '.': the rest of a name is of no use in a directory.
[[nodiscard]] std::string safe_part(std::string_view text) {
    std::string result;
    for (const char c : text.substr(0, kMaxNamePart)) {
        const bool safe = ascii::is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          c == '-' || c == '_' || c == '.';
        result += safe ? c : '_';
    }
    return result;
}

[[nodiscard]] std::string stamp() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, kStampSize + 1> text{};
    std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%S", &parts);
    return text.data();
}

[[nodiscard]] bool is_ours(std::string_view name) {
    return name.size() > kStampSize && name[8] == 'T' && name[kStampSize] == '-' &&
           name.ends_with(".ts") &&
           std::ranges::all_of(name.substr(0, 8), [](char c) { return ascii::is_digit(c); });
}

} // namespace

/// Used by the writing thread but for the name.
struct DebugTee::Copy::File {
    std::string name;
    int descriptor = -1;
    std::uint64_t written = 0;
    std::atomic<std::uint64_t> missing{0}; ///< bytes left out in the middle

    ~File() {
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }
};

DebugTee::Copy::Copy(DebugTee& tee, std::shared_ptr<File> file)
    : tee_(tee), file_(std::move(file)), left_(tee.options_.bytes) {}

DebugTee::Copy::~Copy() {
    tee_.push({file_, {}});
}

void DebugTee::Copy::write(std::string_view bytes) {
    bytes = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
    if (!bytes.empty()) {
        left_ -= bytes.size();
        tee_.push({file_, std::string(bytes)});
    }
}

DebugTee::DebugTee(DebugTeeOptions options, LiveCounters& counters, log::Logger log)
    : options_(std::move(options)), counters_(counters), log_(std::move(log)), thread_([this] {
          net::name_thread("tee");
          run();
      }) {}

DebugTee::~DebugTee() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

std::unique_ptr<DebugTee::Copy> DebugTee::begin(std::string_view number, std::string_view name) {
    if (ended_) {
        return nullptr;
    }
    std::array<char, 16> sequence{};
    std::snprintf(sequence.data(), sequence.size(), "%06llu",
        static_cast<unsigned long long>(next_.fetch_add(1)));
    auto file = std::make_shared<Copy::File>();
    file->name =
        stamp() + "-" + sequence.data() + "-" + safe_part(number) + "-" + safe_part(name) + ".ts";
    return std::unique_ptr<Copy>(new Copy(*this, std::move(file)));
}

void DebugTee::push(Item item) {
    if (ended_) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        if (queued_ + item.bytes.size() > kMaxQueued) {
            item.file->missing += item.bytes.size();
            LiveCounters::add(counters_.tee_bytes_dropped, item.bytes.size());
            return;
        }
        queued_ += item.bytes.size();
        queue_.push_back(std::move(item));
    }
    wake_.notify_one();
}

void DebugTee::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) {
            return;
        }
        const Item item = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        if (!ended_) {
            process(item);
        }
        lock.lock();
        // Until here it has taken memory.
        queued_ -= item.bytes.size();
    }
}

void DebugTee::process(const Item& item) {
    Copy::File& file = *item.file;
    if (item.bytes.empty()) {
        finish(file);
        return;
    }
    if (file.descriptor < 0 && !open(file)) {
        return;
    }
    std::string_view rest = item.bytes;
    while (!rest.empty()) {
        const ssize_t count = ::write(file.descriptor, rest.data(), rest.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            give_up((options_.directory / file.name).string(), errno);
            return;
        }
        file.written += static_cast<std::uint64_t>(count);
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
}

bool DebugTee::open(Copy::File& file) {
    std::error_code failure;
    if (std::filesystem::create_directories(options_.directory, failure)) {
        std::filesystem::permissions(
            options_.directory, std::filesystem::perms::owner_all, failure);
    }
    remove_oldest();
    const auto path = options_.directory / file.name;
    // The directory may be one that anybody can write to.
    file.descriptor =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode);
    if (file.descriptor < 0) {
        give_up(path.string(), errno);
        return false;
    }
    log_.info("debug tee writes", {{"file", path.string()}, {"bytes", options_.bytes}});
    return true;
}

void DebugTee::finish(Copy::File& file) {
    if (file.descriptor < 0) {
        return;
    }
    ::close(std::exchange(file.descriptor, -1));
    if (const std::uint64_t missing = file.missing; missing > 0) {
        log_.warn("debug tee has gaps: the disk was too slow",
            {{"file", (options_.directory / file.name).string()}, {"written", file.written},
                {"missing", missing}});
    }
}

void DebugTee::remove_oldest() {
    std::error_code failure;
    std::vector<std::string> names;
    std::filesystem::directory_iterator entry(options_.directory, failure);
    for (; !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure)) {
        if (auto name = entry->path().filename().string();
            is_ours(name) && entry->is_regular_file(failure)) {
            names.push_back(std::move(name));
        }
    }
    std::ranges::sort(names);
    const std::size_t room = std::max<std::size_t>(options_.files, 1) - 1;
    for (std::size_t i = 0; i + room < names.size(); ++i) {
        std::filesystem::remove(options_.directory / names[i], failure);
    }
}

void DebugTee::give_up(const std::string& path, int error) {
    ended_ = true;
    log_.warn("debug tee stopped",
        {{"file", path}, {"error", std::error_code(error, std::generic_category()).message()}});
}

} // namespace plex_tuner::gateway
