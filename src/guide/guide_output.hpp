// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <string_view>

namespace plex_tuner::guide {

/// Where a guide is written. It can be corrected behind its end and taken back.
class GuideOutput {
public:
    GuideOutput() = default;
    GuideOutput(const GuideOutput&) = delete;
    GuideOutput& operator=(const GuideOutput&) = delete;
    virtual ~GuideOutput() = default;

    [[nodiscard]] virtual Result<void> write(std::string_view bytes) = 0;
    [[nodiscard]] virtual Result<void> overwrite(std::uint64_t offset, std::string_view bytes) = 0;
    [[nodiscard]] virtual Result<void> truncate(std::uint64_t size) = 0;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
};

class GuideFileOutput final : public GuideOutput {
public:
    explicit GuideFileOutput(AtomicFile& file) : file_(file) {}

    [[nodiscard]] Result<void> write(std::string_view bytes) override { return file_.write(bytes); }

    [[nodiscard]] Result<void> overwrite(std::uint64_t offset, std::string_view bytes) override {
        return file_.overwrite(offset, bytes);
    }

    [[nodiscard]] Result<void> truncate(std::uint64_t size) override {
        return file_.truncate(size);
    }

    [[nodiscard]] std::uint64_t size() const override { return file_.size(); }

private:
    AtomicFile& file_;
};

} // namespace plex_tuner::guide
