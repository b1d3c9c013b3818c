// SPDX-License-Identifier: GPL-3.0-or-later
// The lineup, the clock and the options all guide tests share.
#pragma once

#include "guide_document.hpp"
#include "memory_output.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::guide::testing {

class FixedClock final : public Clock {
public:
    explicit FixedClock(WallTime now) : now_(now) {}

    [[nodiscard]] WallTime wall() const override { return now_; }

    [[nodiscard]] SteadyTime steady() const override { return {}; }

private:
    WallTime now_;
};

/// 2026-11-23 10:20:30 UTC
inline const WallTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) +
                             std::chrono::hours(10) + std::chrono::minutes(20) +
                             std::chrono::seconds(30);

[[nodiscard]] inline std::vector<GuideChannel> sample_lineup() {
    return {
        {"1", "News One", "one.example", "http://img.example/one.png"},
        {"2", "Deux & \"Cie\"", " two.example ", ""},
        {"2.1", "Two Again", "two.example", "data:image/png;base64,AAAA"},
        {"3", "Caf\xE9 Latin", "Three.Example", "HTTPS://img.example/3.png?a=1&b=2"},
        {"4", "", "", ""},
        {"1", "Number Taken", "one.example", ""},
    };
}

/// Few placeholders, to keep expected outputs short.
[[nodiscard]] inline GuideOptions sample_options() {
    GuideOptions options;
    options.placeholder_before = std::chrono::hours(1);
    options.placeholder_after = std::chrono::hours(1);
    options.generator = "plex-tuner <test>";
    return options;
}

struct Built {
    Result<void> read;
    GuideReport report;
    std::string xml;
};

/// One source in pieces of `chunk` bytes through the streaming part, into memory.
[[nodiscard]] inline Built build_in_memory(std::string_view source, std::size_t chunk,
    const std::vector<GuideChannel>& channels = sample_lineup()) {
    const GuideOptions options = sample_options();
    MemoryOutput output;
    GuideDocument document(channels, options, kNow, output);
    document.begin_source();
    XmltvReader reader(document);
    Result<void> read;
    for (std::size_t at = 0; at < source.size() && read; at += chunk) {
        read = reader.feed(source.substr(at, chunk));
    }
    if (read) {
        read = reader.finish();
    }
    if (read) {
        document.keep_source();
    } else {
        document.drop_source(read.error().message());
    }
    auto report = document.finish();
    if (!report) {
        throw std::runtime_error(report.error().message());
    }
    return {std::move(read), std::move(*report), output.text()};
}

[[nodiscard]] inline std::filesystem::path data_directory() {
    return std::filesystem::path(PT_TEST_DATA_DIR) / "xmltv";
}

[[nodiscard]] inline std::string content_of(const std::filesystem::path& file) {
    constexpr std::size_t kMaxBytes = 10'000'000;
    auto content = read_file(file, kMaxBytes);
    if (!content) {
        throw std::runtime_error(content.error().message());
    }
    return std::move(*content);
}

/// Sorted, so that parameterised tests have stable names.
[[nodiscard]] inline std::vector<std::filesystem::path> data_files(std::string_view directory) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(data_directory() / directory)) {
        files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

} // namespace plex_tuner::guide::testing
