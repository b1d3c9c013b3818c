// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/ts_builder.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/media/demo_clip.hpp>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace plex_tuner::demo {

/// Time that stands still until a test moves it. Starts at a full minute.
class ManualClock final : public Clock {
public:
    [[nodiscard]] WallTime wall() const override {
        const std::scoped_lock lock(mutex_);
        return std::chrono::floor<std::chrono::seconds>(wall_ + passed_);
    }

    [[nodiscard]] SteadyTime steady() const override {
        const std::scoped_lock lock(mutex_);
        return SteadyTime(std::chrono::hours(100)) + passed_;
    }

    void advance(std::chrono::nanoseconds by) {
        const std::scoped_lock lock(mutex_);
        passed_ += by;
    }

private:
    mutable std::mutex mutex_;
    WallTime wall_{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
    std::chrono::nanoseconds passed_{0};
};

/// Ten seconds of 40 ms frames, a key frame behind tables every 400 ms; costs nothing to make.
inline media::DemoClip synthetic_clip() {
    constexpr int kFrames = 250;
    constexpr int kGroup = 10;
    constexpr std::int64_t kFrameTicks = 3600; // 90 kHz
    testing::TsBuilder builder;
    for (int frame = 0; frame < kFrames; ++frame) {
        const bool key = frame % kGroup == 0;
        if (key) {
            builder.tables();
        }
        const auto fill = static_cast<std::uint8_t>(frame % 100);
        builder.video(
            testing::ByteVector(key ? 3000 : 900, fill), 90'000 + frame * kFrameTicks, key);
    }
    return {.transport_stream = std::string(builder.bytes().begin(), builder.bytes().end()),
        .duration = std::chrono::milliseconds(40 * kFrames)};
}

/// Lets a test wait for a log line.
class AwaitableSink final : public log::Sink {
public:
    static constexpr std::chrono::seconds kPatience{100}; // below the limit of a test in CTest

    [[nodiscard]] bool enabled(log::Level /*level*/) const noexcept override { return true; }

    void write(const log::Record& record) override {
        std::string line(record.message);
        for (const log::Field& field : record.fields) {
            line.append(" ").append(field.key).append("=").append(field.value);
        }
        const std::scoped_lock lock(mutex_);
        lines_.push_back(std::move(line));
        changed_.notify_all();
    }

    /// The first line that begins with `start`; empty when none came in time.
    std::string wait_for(const std::string& start) {
        std::unique_lock lock(mutex_);
        std::string found;
        changed_.wait_for(lock, kPatience, [&] {
            for (const std::string& line : lines_) {
                if (line.starts_with(start)) {
                    found = line;
                    return true;
                }
            }
            return false;
        });
        return found;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> lines_;
};

} // namespace plex_tuner::demo
