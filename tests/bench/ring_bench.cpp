// SPDX-License-Identifier: GPL-3.0-or-later
// The data path of a channel without sockets: bytes as they come from a provider through
// packetizer, scanner and counters into the ring, and from there to viewers as slabs.
#include "gateway/channel_output.hpp"
#include "gateway/ring.hpp"

#include <array>
#include <string>

#include <benchmark/benchmark.h>

namespace {

using namespace plex_tuner;

/// Packets of one video PID with rising counters: a PES start every 40 packets.
std::string stream(std::size_t packets) {
    std::string bytes;
    bytes.reserve(packets * ts::kPacketSize);
    for (std::size_t i = 0; i < packets; ++i) {
        std::string packet(ts::kPacketSize, '\x55');
        packet[0] = '\x47';
        packet[1] = static_cast<char>((i % 40 == 0 ? 0x40 : 0) | 0x01);
        packet[2] = '\x00';
        packet[3] = static_cast<char>(0x10 | (i & 0xF));
        bytes += packet;
    }
    return bytes;
}

void feed_channel(benchmark::State& state) {
    const std::string bytes = stream(16 * 1024); // counters fit when it repeats
    constexpr std::size_t kChunk = 64 * 1024;
    gateway::ChannelOutput output(16 * 1024 * 1024, {});
    for (auto _ : state) {
        for (std::size_t at = 0; at < bytes.size(); at += kChunk) {
            output.feed(std::string_view(bytes).substr(at, kChunk), SteadyTime{});
        }
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
}

BENCHMARK(feed_channel);

void push_and_read(benchmark::State& state) {
    const auto viewers = static_cast<std::size_t>(state.range(0));
    gateway::Ring ring(16 * 1024 * 1024);
    std::vector<gateway::StreamPosition> positions(viewers, 0);
    std::array<gateway::SlabPtr, 8> batch;
    gateway::StreamPosition end = 0;
    const std::vector<std::uint8_t> packets(gateway::kMaxSlabBytes, 0x47);
    for (auto _ : state) {
        auto slab = std::make_shared<const gateway::Slab>(end, ts::copy_packets(packets));
        end = slab->end();
        ring.push(std::move(slab));
        for (auto& position : positions) {
            const std::size_t count = ring.slabs_from(position, batch);
            position = batch[count - 1]->end();
        }
        ring.trim(end);
    }
    state.SetBytesProcessed(
        static_cast<std::int64_t>(state.iterations() * viewers * gateway::kMaxSlabBytes));
}

BENCHMARK(push_and_read)->Arg(1)->Arg(10)->Arg(100);

} // namespace
