// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as catalog.json: an error or a catalog that keeps its promises and survives being
// written and read again.
#include <plex_tuner/catalog/catalog_file.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

namespace {

using namespace plex_tuner::catalog;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// A file without a disk behind it.
class MemoryFile {
public:
    explicit MemoryFile(std::string_view bytes) : fd_(::memfd_create("catalog", MFD_CLOEXEC)) {
        require(fd_ >= 0);
        require(::write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    }

    ~MemoryFile() { ::close(fd_); }

    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

private:
    int fd_;
};

void check(const Catalog& catalog) {
    std::set<Text> ids;
    for (const LiveChannel& channel : catalog.live_channels()) {
        require(!channel.channel_id.empty() && ids.insert(channel.channel_id).second);
        require(!channel.sources.empty());
        for (const StreamSource& source : channel.sources) {
            require(!source.url.empty());
        }
    }
}

void require_equal(const Catalog& a, const Catalog& b) {
    require(a.live_channels().size() == b.live_channels().size());
    for (std::size_t i = 0; i < a.live_channels().size(); ++i) {
        const LiveChannel& left = a.live_channels()[i];
        const LiveChannel& right = b.live_channels()[i];
        require(left.channel_id == right.channel_id && left.guide_name == right.guide_name);
        require(left.sources.size() == right.sources.size());
        require(left.attributes.size() == right.attributes.size());
        require(left.radio == right.radio && left.tvg_id == right.tvg_id);
        for (std::size_t s = 0; s < left.sources.size(); ++s) {
            require(left.sources[s].url == right.sources[s].url);
            require(left.sources[s].headers.size() == right.sources[s].headers.size());
        }
    }
    require(a.movies().size() == b.movies().size());
    for (std::size_t i = 0; i < a.movies().size(); ++i) {
        require(a.movies()[i].title == b.movies()[i].title);
        require(a.movies()[i].year == b.movies()[i].year);
    }
    require(a.series().size() == b.series().size());
    for (std::size_t i = 0; i < a.series().size(); ++i) {
        require(a.series()[i].seasons.size() == b.series()[i].seasons.size());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(data, data + size);
    const MemoryFile file(bytes);
    const auto catalog = read_catalog_file(file.path());
    if (!catalog) {
        require(!catalog.error().message().empty());
        return 0;
    }
    check(*catalog);
    const std::filesystem::path copy =
        std::filesystem::temp_directory_path() / ("pt-catalog-fuzz-" + std::to_string(::getpid()));
    require(write_catalog_file(*catalog, copy).has_value());
    const auto again = read_catalog_file(copy);
    std::filesystem::remove(copy);
    require(again.has_value());
    require_equal(*catalog, *again);
    return 0;
}
