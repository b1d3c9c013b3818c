// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_readers.hpp"

#include <plex_tuner/base/document_text.hpp>

#include <algorithm>
#include <chrono>

namespace plex_tuner::engine {

namespace {

constexpr std::size_t kMaxUserAgent = 200;

} // namespace

void GuideReaders::note(const std::string& address, std::string user_agent, WallTime when) {
    user_agent.resize(std::min(user_agent.size(), kMaxUserAgent));
    const std::scoped_lock lock(mutex_);
    auto found = std::ranges::find_if(readers_, [&](const Reader& reader) {
        return reader.address == address && reader.user_agent == user_agent;
    });
    if (found == readers_.end()) {
        if (readers_.size() == kMost) {
            readers_.pop_back();
        }
        readers_.push_back({.address = address, .user_agent = std::move(user_agent)});
        found = readers_.end() - 1;
    }
    ++found->count;
    found->last = when;
    std::rotate(readers_.begin(), found, found + 1);
}

std::string GuideReaders::to_json() const {
    const std::scoped_lock lock(mutex_);
    std::string text = "[";
    for (const Reader& reader : readers_) {
        const auto seconds =
            std::chrono::floor<std::chrono::seconds>(reader.last).time_since_epoch().count();
        text += text.size() > 1 ? ",\n" : "\n";
        text += "{\"address\":" + json_quoted(reader.address) +
                ",\"user_agent\":" + json_quoted(reader.user_agent) +
                ",\"count\":" + std::to_string(reader.count) +
                ",\"last\":" + std::to_string(seconds) + "}";
    }
    return text + "\n]\n";
}

} // namespace plex_tuner::engine
