// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/provider/stream_verdicts.hpp>

#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

namespace plex_tuner::provider {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxFileBytes = std::size_t{64} << 20;
constexpr unsigned kOwnerOnly = 0600;
constexpr std::chrono::days kKeptFor{30};

std::string key_of(std::string_view url) {
    return Fnv1a().add(url).hex();
}

} // namespace

StreamVerdicts StreamVerdicts::load(const std::filesystem::path& file) {
    StreamVerdicts verdicts;
    const auto text = read_file(file, kMaxFileBytes);
    if (!text) {
        return verdicts;
    }
    const json document = json::parse(*text, nullptr, false);
    if (!document.is_object()) {
        return verdicts;
    }
    const auto streams = document.find("streams");
    if (streams == document.end() || !streams->is_object()) {
        return verdicts;
    }
    for (const auto& [key, entry] : streams->items()) {
        if (!entry.is_object()) {
            continue;
        }
        const auto pass = entry.find("pass");
        const auto at = entry.find("at");
        if (pass != entry.end() && pass->is_boolean() && at != entry.end() &&
            at->is_number_integer()) {
            verdicts.verdicts_[key] = {
                pass->get<bool>(), WallTime(std::chrono::seconds(at->get<std::int64_t>()))};
        }
    }
    return verdicts;
}

const StreamVerdicts::Verdict* StreamVerdicts::find(std::string_view url) const {
    const auto found = verdicts_.find(key_of(url));
    return found == verdicts_.end() ? nullptr : &found->second;
}

void StreamVerdicts::begin_run() {
    for (auto& [key, verdict] : verdicts_) {
        verdict.is_of_this_run = false;
    }
}

void StreamVerdicts::set(std::string_view url, Verdict verdict) {
    verdicts_[key_of(url)] = verdict;
}

Result<void> StreamVerdicts::save(const std::filesystem::path& file, WallTime now) {
    for (const auto& [key, theirs] : load(file).verdicts_) {
        const auto [ours, is_new] = verdicts_.try_emplace(key, theirs);
        if (!is_new && theirs.at > ours->second.at) {
            ours->second = theirs;
        }
    }
    std::erase_if(verdicts_, [&](const auto& entry) { return now - entry.second.at > kKeptFor; });
    json streams = json::object();
    for (const auto& [key, verdict] : verdicts_) {
        streams[key] = {{"pass", verdict.pass}, {"at", verdict.at.time_since_epoch().count()}};
    }
    auto out = AtomicFile::create(file, kOwnerOnly);
    if (!out) {
        return fail(std::move(out).error());
    }
    if (auto written = out->write(json{{"streams", std::move(streams)}}.dump()); !written) {
        return written;
    }
    return out->commit();
}

} // namespace plex_tuner::provider
