// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as catalog.json: an error or a catalog that keeps its promises and survives being
// written and read again. And any bytes as JSON: our reader and nlohmann/json see the same.
#include "../../src/catalog/json_reader.hpp"

#include <plex_tuner/catalog/catalog_file.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>
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

namespace {

using Json = nlohmann::json;

/// The events of a document as text; numbers only as such, since nlohmann does not keep their text.
class OurEvents final : public JsonEvents {
public:
    bool start_object() override { return add("{"); }

    bool end_object() override { return add("}"); }

    bool start_array() override { return add("["); }

    bool end_array() override { return add("]"); }

    bool key(std::string_view name) override { return add(name); }

    bool scalar(std::string_view value) override {
        // A string that looks like a number is taken for one on both sides.
        const bool number = !value.empty() && (value.front() == '-' || is_digit(value.front())) &&
                            Json::accept(value);
        return add(number ? "#" : value);
    }

    bool null() override { return add("~"); }

    [[nodiscard]] plex_tuner::Error problem() const override { std::abort(); }

    bool add(std::string_view event) {
        text.append(event).push_back('\n');
        return true;
    }

    std::string text;

private:
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }
};

class TheirEvents {
public:
    bool null() { return ours.null(); }

    bool boolean(bool value) { return ours.scalar(value ? "true" : "false"); }

    bool number_integer(Json::number_integer_t) { return ours.add("#"); }

    bool number_unsigned(Json::number_unsigned_t) { return ours.add("#"); }

    bool number_float(Json::number_float_t, const std::string&) { return ours.add("#"); }

    bool string(const std::string& value) { return ours.scalar(value); }

    bool binary(const Json::binary_t&) { return false; }

    bool start_object(std::size_t) { return enter() && ours.start_object(); }

    bool key(const std::string& name) { return ours.key(name); }

    bool end_object() { return leave() && ours.end_object(); }

    bool start_array(std::size_t) { return enter() && ours.start_array(); }

    bool end_array() { return leave() && ours.end_array(); }

    bool parse_error(std::size_t, const std::string&, const Json::exception&) { return false; }

    OurEvents ours;

private:
    bool enter() { return ++depth_ <= kMaxCatalogDepth; }

    bool leave() {
        --depth_;
        return true;
    }

    std::size_t depth_ = 0;
};

void compare_with_nlohmann(const std::string& path, std::string_view bytes) {
    const auto source = FileSource::open(path);
    require(source.has_value());
    OurEvents ours;
    const bool accepted = JsonReader(**source, ours).read().has_value();
    TheirEvents theirs;
    const bool they_accept = Json::sax_parse(bytes.begin(), bytes.end(), &theirs);
    if (bytes.find('\0') != std::string_view::npos) {
        return; // the end of the text for nlohmann, an error for us
    }
    // nlohmann refuses lone surrogates and numbers beyond double, which we have no reason to.
    const bool may_differ = bytes.find("\\u") != std::string_view::npos ||
                            bytes.find_first_of("eE") != std::string_view::npos ||
                            bytes.size() > 300;
    require(accepted || !they_accept);
    require(they_accept || !accepted || may_differ);
    require(!they_accept || ours.text == theirs.ours.text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(data, data + size);
    const MemoryFile file(bytes);
    compare_with_nlohmann(file.path(), bytes);
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
