// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "../../../src/guide/guide_output.hpp"

#include <stdexcept>
#include <string>

namespace plex_tuner::guide::testing {

/// A guide in memory; a correction outside of it is a bug and throws.
class MemoryOutput final : public GuideOutput {
public:
    [[nodiscard]] Result<void> write(std::string_view bytes) override {
        text_ += bytes;
        return {};
    }

    [[nodiscard]] Result<void> overwrite(std::uint64_t offset, std::string_view bytes) override {
        if (offset > text_.size() || bytes.size() > text_.size() - offset) {
            throw std::out_of_range("overwrite");
        }
        text_.replace(offset, bytes.size(), bytes);
        return {};
    }

    [[nodiscard]] Result<void> truncate(std::uint64_t size) override {
        if (size > text_.size()) {
            throw std::out_of_range("truncate");
        }
        text_.resize(size);
        return {};
    }

    [[nodiscard]] std::uint64_t size() const override { return text_.size(); }

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
};

} // namespace plex_tuner::guide::testing
