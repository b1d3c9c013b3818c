// SPDX-License-Identifier: GPL-3.0-or-later
// What a file gives its sink, and what it says of it.
#include "attempt.hpp"
#include "file_source.hpp"
#include "gateway_fixture.hpp"
#include "support/temporary_directory.hpp"

#include <fstream>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>

namespace plex_tuner::gateway {
namespace {

using ::testing::ElementsAreArray;

class RecordingSink final : public MediaSink {
public:
    void seam(ts::Seam /*kind*/) override {}

    void feed(std::string bytes) override {
        all_ += bytes;
        fed_.push_back(bytes.size());
    }

    void finish_piece() override { has_finished_ = true; }

    void abandon_piece() override {}

    void segments_missed(std::uint64_t /*count*/) override {}

    void sound_lost(std::uint64_t /*segments*/) override {}

    void datagrams_lost(std::uint64_t /*count*/) override {}

    [[nodiscard]] bool plausible() const override { return true; }

    [[nodiscard]] bool may_gather() const override { return false; }

    [[nodiscard]] asio::awaitable<Result<void>> wait_for_room() override {
        co_return Result<void>{};
    }

    [[nodiscard]] asio::awaitable<Result<void>> pace(std::size_t bytes) override {
        paced_.push_back(bytes);
        co_return Result<void>{};
    }

    void set_patience(std::chrono::milliseconds /*patience*/) override {}

    [[nodiscard]] const std::string& all() const noexcept { return all_; }

    [[nodiscard]] const std::vector<std::size_t>& fed() const noexcept { return fed_; }

    [[nodiscard]] const std::vector<std::size_t>& paced() const noexcept { return paced_; }

    [[nodiscard]] bool has_finished() const noexcept { return has_finished_; }

private:
    std::string all_;
    std::vector<std::size_t> fed_;
    std::vector<std::size_t> paced_;
    bool has_finished_ = false;
};

TEST(FileSource, SaysHowMuchItReadAndGivesAllOfIt) {
    const testing::TemporaryDirectory directory;
    testing::Station station;
    std::string content;
    while (content.size() < 300'000) {
        const auto group = station.group(5, 20'000);
        content.append(group.begin(), group.end());
    }
    std::ofstream(directory.path() / "film.ts", std::ios::binary) << content;
    asio::io_context io;
    testing::FakeOrigin nobody;
    const auto attempt = std::make_shared<Attempt>(io.get_executor(), nobody);
    RecordingSink sink;
    const Url url = Url::parse("file://" + (directory.path() / "film.ts").string()).value();
    auto played = asio::co_spawn(
        io, play_file_source(*attempt, sink, url, [](const SourceOpened&) {}), asio::use_future);
    io.run();
    EXPECT_TRUE(played.get());
    EXPECT_TRUE(sink.has_finished());
    EXPECT_TRUE(sink.all() == content);
    EXPECT_GT(sink.fed().size(), 1U);
    EXPECT_THAT(sink.paced(), ElementsAreArray(sink.fed()));
}

} // namespace
} // namespace plex_tuner::gateway
