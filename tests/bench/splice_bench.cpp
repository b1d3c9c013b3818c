// SPDX-License-Identifier: GPL-3.0-or-later
// What the bytes of a channel cost between the socket they came from and the socket they go to:
// the relay's clip, in pieces as libcurl's thread hands them over, through packetizer, clock meter,
// splicer and scanner into the ring. One channel stays in the cache, fifty do not.
#include "gateway/channel_output.hpp"
#include "support/media.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

using namespace plex_tuner;

constexpr std::size_t kPiece = 64 * 1024;
constexpr std::size_t kRing = 2 * 1024 * 1024;

void splice(benchmark::State& state) {
    const auto channels = static_cast<std::size_t>(state.range(0));
    const std::vector<std::string>& segments = testing::relay_segments();
    std::vector<std::unique_ptr<gateway::ChannelOutput>> outputs;
    for (std::size_t i = 0; i < channels; ++i) {
        outputs.push_back(
            std::make_unique<gateway::ChannelOutput>(kRing, std::vector<std::uint64_t>{}));
    }
    std::size_t next = 0;
    std::size_t bytes = 0;
    for (auto _ : state) {
        const std::string& segment = segments[next++ % segments.size()];
        for (auto& output : outputs) {
            output->seam(
                next % segments.size() == 1 ? ts::Seam::discontinuity : ts::Seam::continuous,
                false);
            for (std::size_t at = 0; at < segment.size(); at += kPiece) {
                std::string piece = segment.substr(at, kPiece);
                output->feed(std::move(piece), SteadyTime{});
                output->ring().trim(output->ring().end());
            }
            output->finish_piece();
            bytes += segment.size();
        }
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

BENCHMARK(splice)->Arg(1)->Arg(50)->Unit(benchmark::kMillisecond);

} // namespace
