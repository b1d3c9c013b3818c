// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a fuzz target over every file of a corpus, and over each file cut short: the crash or
// sanitizer report is the failure.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

// Cutting in up to this many places finds what depends on where input ends, and stays quick.
constexpr std::size_t kCuts = 64;

void run(const std::string& bytes) {
    // A copy of exact size, so that a sanitizer sees a read past its end.
    const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

} // namespace

int main(int argc, char** argv) {
    std::size_t files = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            std::ifstream in(entry.path(), std::ios::binary);
            const std::string bytes(std::istreambuf_iterator<char>(in), {});
            run(bytes);
            const std::size_t step = std::max<std::size_t>(1, bytes.size() / kCuts);
            for (std::size_t cut = 0; cut < bytes.size(); cut += step) {
                run(bytes.substr(0, cut));
            }
            ++files;
        }
    }
    std::printf("replayed %zu inputs\n", files);
    return files == 0 ? 1 : 0;
}
