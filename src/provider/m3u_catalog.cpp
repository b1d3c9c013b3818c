// SPDX-License-Identifier: GPL-3.0-or-later
#include "stream_identity.hpp"

#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/base/utf8.hpp>
#include <plex_tuner/fetch/compressed_file.hpp>
#include <plex_tuner/provider/m3u_catalog.hpp>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace plex_tuner::provider {
namespace {

using catalog::CatalogBuilder;
using catalog::LiveChannel;
using catalog::NamedText;
using catalog::StreamSource;

constexpr std::size_t kMaxGuideUrls = 256;

/// JSON text is UTF-8, so other bytes of a URL are percent-encoded, which means the same to a
/// server (RFC 3986 section 2.5). URLs in UTF-8 stay byte for byte.
void make_storable(std::string& url) {
    if (utf8::is_valid(url)) {
        return;
    }
    std::string encoded;
    for (const char c : url) {
        if (static_cast<unsigned char>(c) < 0x80) {
            encoded.push_back(c);
        } else {
            encoded += percent::encode({&c, 1});
        }
    }
    url = std::move(encoded);
}

class Collector {
public:
    Collector(M3uCatalog& result, std::string_view source_tag, const M3uLimits& limits)
        : result_(result), source_tag_(source_tag), limits_(limits) {}

    void add_header(const M3uHeader& header) {
        for (const std::string& url : header.guide_urls) {
            if (result_.guide_urls.size() < kMaxGuideUrls &&
                std::ranges::find(result_.guide_urls, url) == result_.guide_urls.end()) {
                result_.guide_urls.push_back(url);
            }
        }
    }

    void add_entry(M3uEntry&& entry) {
        if (entry.vod || is_vod_url(entry.sources.front().url)) {
            ++result_.vod_entries;
            return;
        }
        bytes_ += size_of(entry);
        if (++channels_ > limits_.channels || bytes_ > limits_.bytes) {
            return;
        }
        LiveChannel channel;
        channel.guide_number = entry.guide_number;
        channel.guide_name = entry.name;
        channel.tvg_id = entry.tvg_id;
        channel.tvg_name = entry.tvg_name;
        channel.logo = entry.logo;
        channel.group_title = entry.group_title;
        channel.source_tag = source_tag_;
        channel.tvg_shift = entry.tvg_shift;
        channel.radio = entry.radio;
        channel.sources = sources_of(entry.sources);
        attributes_ = named(entry.attributes);
        channel.attributes = attributes_;
        builder_.add(channel);
    }

    /// An error once the list holds more than is allowed.
    [[nodiscard]] Result<void> within_limits() const {
        if (channels_ > limits_.channels) {
            return fail(ErrorCode::too_large,
                "more than " + std::to_string(limits_.channels) + " channels");
        }
        if (bytes_ > limits_.bytes) {
            return fail(ErrorCode::too_large,
                "its channels need more than " + std::to_string(limits_.bytes) + " bytes");
        }
        return {};
    }

    [[nodiscard]] catalog::Catalog build() {
        std::unordered_map<std::string_view, std::size_t> uses;
        for (const LiveChannel& channel : builder_.live_channels()) {
            ++uses[channel.tvg_id];
        }
        std::vector<std::size_t> by_stream;
        for (std::size_t i = 0; i < builder_.live_channels().size(); ++i) {
            const LiveChannel& channel = builder_.live_channels()[i];
            if (!channel.tvg_id.empty() && uses.at(channel.tvg_id) == 1) {
                builder_.set_channel_id(i, channel_id_from_tvg_id(channel.tvg_id));
            } else {
                by_stream.push_back(i);
            }
        }
        set_ids(by_stream, IdentityDetail::id);
        return builder_.build();
    }

private:
    [[nodiscard]] static std::uint64_t size_of(const std::vector<M3uPair>& pairs) {
        std::uint64_t bytes = 0;
        for (const M3uPair& pair : pairs) {
            bytes += sizeof(NamedText) + pair.name.size() + pair.value.size();
        }
        return bytes;
    }

    [[nodiscard]] static std::uint64_t size_of(const M3uEntry& entry) {
        std::uint64_t bytes = sizeof(LiveChannel) + entry.name.size() + entry.tvg_id.size() +
                              entry.tvg_name.size() + entry.logo.size() + entry.group_title.size() +
                              size_of(entry.attributes);
        for (const M3uSource& source : entry.sources) {
            bytes += sizeof(StreamSource) + source.url.size() + size_of(source.headers);
        }
        return bytes;
    }

    /// An account's /USER/PASS/1 and somebody else's /a/b/1 look alike. Where different streams
    /// would get one id, all of them get another of more detail: the order must not decide.
    void set_ids(const std::vector<std::size_t>& channels, IdentityDetail detail) {
        std::unordered_map<std::string, std::vector<std::size_t>> by_id;
        for (const std::size_t i : channels) {
            const LiveChannel& channel = builder_.live_channels()[i];
            by_id[channel_id_from_stream(channel.tvg_id, channel.guide_name,
                      channel.sources.front().url.str(), detail)]
                .push_back(i);
        }
        for (const auto& [id, equal] : by_id) {
            if (detail != IdentityDetail::path && are_different_streams(equal)) {
                set_ids(equal,
                    detail == IdentityDetail::id ? IdentityDetail::host : IdentityDetail::path);
                continue;
            }
            for (const std::size_t i : equal) {
                builder_.set_channel_id(i, id);
            }
        }
    }

    [[nodiscard]] bool are_different_streams(const std::vector<std::size_t>& channels) const {
        const auto identity = [this](std::size_t i) {
            return stream_identity(
                builder_.live_channels()[i].sources.front().url.str(), IdentityDetail::path);
        };
        return channels.size() > 1 &&
               std::ranges::any_of(channels, [&, first = identity(channels.front())](
                                                 std::size_t i) { return identity(i) != first; });
    }

    [[nodiscard]] static std::vector<NamedText> named(const std::vector<M3uPair>& pairs) {
        std::vector<NamedText> texts;
        texts.reserve(pairs.size());
        for (const M3uPair& pair : pairs) {
            texts.push_back({pair.name, pair.value});
        }
        return texts;
    }

    [[nodiscard]] std::span<const StreamSource> sources_of(std::vector<M3uSource>& from) {
        headers_.clear();
        sources_.clear();
        headers_.reserve(from.size());
        for (M3uSource& source : from) {
            make_storable(source.url);
            headers_.push_back(named(source.headers));
            sources_.push_back({source.url, headers_.back()});
        }
        return sources_;
    }

    M3uCatalog& result_;
    std::string_view source_tag_;
    M3uLimits limits_;
    std::size_t channels_ = 0;
    std::uint64_t bytes_ = 0; ///< at most so many are held; equal texts are stored once
    CatalogBuilder builder_;
    std::vector<std::vector<NamedText>> headers_;
    std::vector<StreamSource> sources_;
    std::vector<NamedText> attributes_;
};

Result<void> read_all(
    const std::filesystem::path& path, M3uReader& reader, const Collector& collector) {
    auto file = fetch::CompressedFileReader::open(path, kMaxPlaylistBytes);
    if (!file) {
        return fail(std::move(file).error());
    }
    for (;;) {
        const Result<std::string_view> bytes = file->read();
        if (!bytes) {
            return fail(bytes.error());
        }
        if (bytes->empty()) {
            auto finished = reader.finish();
            return finished ? collector.within_limits() : finished;
        }
        reader.feed(*bytes);
        if (auto within = collector.within_limits(); !within) {
            return within;
        }
    }
}

} // namespace

Result<M3uCatalog> read_m3u_catalog(const std::filesystem::path& file, std::string_view source_tag,
    const M3uLimits& limits, LocalFiles files) {
    M3uCatalog result;
    Collector collector(result, source_tag, limits);
    M3uReader reader({.header = [&](const M3uHeader& header) { collector.add_header(header); },
                         .entry =
                             [&](M3uEntry&& entry) {
                                 collector.add_entry(std::move(entry));
                             }},
        files);
    if (const Result<void> read = read_all(file, reader, collector); !read) {
        return fail(read.error().with_context("playlist " + file.string()));
    }
    result.entries = reader.entries();
    result.skipped = reader.skipped();
    result.catalog = collector.build();
    return result;
}

} // namespace plex_tuner::provider
