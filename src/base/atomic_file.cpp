// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/atomic_file.hpp>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <set>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plex_tuner {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = std::size_t{256} * 1024;
constexpr std::size_t kReadBytes = std::size_t{64} * 1024;
constexpr int kCreateAttempts = 8;

[[nodiscard]] std::string quoted(const fs::path& path) {
    return "'" + path.string() + "'";
}

[[nodiscard]] Error errno_error(int value, std::string_view doing, const fs::path& path) {
    return Error::from_errno(value, std::string(doing) + " " + quoted(path));
}

constexpr std::string_view kTemporaryMark = ".part-";

/// "catalog.json" -> ".catalog.json.part-"; the random part follows.
[[nodiscard]] std::string temporary_prefix(const fs::path& target) {
    return "." + target.filename().string() + std::string(kTemporaryMark);
}

[[nodiscard]] fs::path directory_of(const fs::path& target) {
    return target.has_parent_path() ? target.parent_path() : fs::path(".");
}

/// Where the links lead, also when there is no file yet; their own directory counts, not ours.
[[nodiscard]] fs::path behind_link(const fs::path& target) {
    constexpr int kMaxLinks = 40; // as the kernel
    fs::path file = target;
    for (int links = 0; links < kMaxLinks; ++links) {
        std::error_code error;
        const fs::path next = fs::read_symlink(file, error);
        if (error) { // no link, or nothing at all
            return file;
        }
        file = next.is_absolute() ? next : directory_of(file) / next;
        if (!file.has_filename()) { // "directory/"
            file = file.parent_path();
        }
        const fs::path directory = fs::weakly_canonical(directory_of(file), error);
        if (!error) {
            file = directory / file.filename();
        }
    }
    return target;
}

/// Makes the rename durable. Best effort: some file systems refuse fsync on directories.
void sync_directory(const fs::path& directory) noexcept {
    const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        static_cast<void>(::fsync(fd));
        static_cast<void>(::close(fd));
    }
}

/// Opens and locks a temporary file. The lock tells remove_leftovers that its writer lives; it is
/// taken after the file exists, hence the check that nobody removed it in between.
[[nodiscard]] int open_locked(std::string& path_template) {
    const std::string pattern = path_template;
    for (int attempt = 0; attempt < kCreateAttempts; ++attempt) {
        path_template = pattern;
        const int fd = ::mkostemp(path_template.data(), O_CLOEXEC);
        if (fd < 0) {
            return -1;
        }
        // Some network and FUSE file systems have no locks; writing there must work all the same.
        const bool taken = ::flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
        struct stat info{};
        if (!taken && ::fstat(fd, &info) == 0 && info.st_nlink > 0) {
            return fd;
        }
        static_cast<void>(::unlink(path_template.c_str()));
        static_cast<void>(::close(fd));
    }
    errno = EAGAIN;
    return -1;
}

/// A file descriptor for the length of one function.
class OpenFile {
public:
    explicit OpenFile(int fd) noexcept : fd_(fd) {}

    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    OpenFile(OpenFile&&) = delete;
    OpenFile& operator=(OpenFile&&) = delete;

    ~OpenFile() {
        if (fd_ >= 0) {
            static_cast<void>(::close(fd_));
        }
    }

    [[nodiscard]] int fd() const noexcept { return fd_; }

private:
    int fd_;
};

} // namespace

Result<AtomicFile> AtomicFile::create(const fs::path& target, unsigned mode) {
    if (!target.has_filename()) {
        return fail(ErrorCode::invalid_argument, "no file name in " + quoted(target));
    }
    AtomicFile file;
    file.target_ = behind_link(target);
    const fs::path directory = directory_of(file.target_);
    std::error_code error;
    fs::create_directories(directory, error);
    if (error) {
        return fail(errno_error(error.value(), "cannot create directory", directory));
    }
    std::string name = (directory / (temporary_prefix(file.target_) + "XXXXXX")).string();
    file.fd_ = open_locked(name);
    if (file.fd_ < 0) {
        return fail(errno_error(errno, "cannot create a temporary file beside", file.target_));
    }
    file.temporary_ = name;
    if (::fchmod(file.fd_, static_cast<mode_t>(mode)) != 0) {
        return fail(errno_error(errno, "cannot set the permissions of", file.temporary_));
    }
    return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, {})), buffer_(std::move(other.buffer_)),
      size_(other.size_), failure_(std::move(other.failure_)) {}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
    if (this != &other) {
        discard();
        fd_ = std::exchange(other.fd_, -1);
        target_ = std::move(other.target_);
        temporary_ = std::exchange(other.temporary_, {});
        buffer_ = std::move(other.buffer_);
        size_ = other.size_;
        failure_ = std::move(other.failure_);
    }
    return *this;
}

AtomicFile::~AtomicFile() {
    discard();
}

Result<void> AtomicFile::write(std::string_view bytes) {
    if (failure_) {
        return fail(*failure_);
    }
    if (fd_ < 0) {
        return fail(ErrorCode::internal, "write to a finished file " + quoted(target_));
    }
    size_ += bytes.size();
    while (!bytes.empty()) {
        const std::size_t take = std::min(bytes.size(), kBufferBytes - buffer_.size());
        buffer_.append(bytes.substr(0, take));
        bytes.remove_prefix(take);
        if (buffer_.size() == kBufferBytes) {
            if (auto flushed = flush(); !flushed) {
                return flushed;
            }
        }
    }
    return {};
}

Result<void> AtomicFile::flush() {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
        const ssize_t written = ::write(fd_, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            failure_ = errno_error(errno, "cannot write", target_);
            return fail(*failure_);
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    buffer_.clear();
    return {};
}

Result<void> AtomicFile::overwrite(std::uint64_t offset, std::string_view bytes) {
    if (failure_) {
        return fail(*failure_);
    }
    if (fd_ < 0 || offset > size_ || bytes.size() > size_ - offset) {
        return fail(ErrorCode::internal, "overwrite outside of " + quoted(target_));
    }
    const std::uint64_t flushed = size_ - buffer_.size();
    while (!bytes.empty() && offset < flushed) {
        const auto take =
            static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), flushed - offset));
        const ssize_t written = ::pwrite(fd_, bytes.data(), take, static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            failure_ = errno_error(errno, "cannot write", target_);
            return fail(*failure_);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    if (!bytes.empty()) {
        buffer_.replace(static_cast<std::size_t>(offset - flushed), bytes.size(), bytes);
    }
    return {};
}

Result<void> AtomicFile::truncate(std::uint64_t size) {
    if (failure_) {
        return fail(*failure_);
    }
    if (fd_ < 0 || size > size_) {
        return fail(ErrorCode::internal, "truncate outside of " + quoted(target_));
    }
    const std::uint64_t flushed = size_ - buffer_.size();
    if (size >= flushed) {
        buffer_.resize(static_cast<std::size_t>(size - flushed));
    } else {
        buffer_.clear();
        if (::ftruncate(fd_, static_cast<off_t>(size)) != 0 ||
            ::lseek(fd_, static_cast<off_t>(size), SEEK_SET) < 0) {
            failure_ = errno_error(errno, "cannot shorten", target_);
            return fail(*failure_);
        }
    }
    size_ = size;
    return {};
}

Result<void> AtomicFile::commit() {
    if (fd_ < 0 && !failure_) {
        return fail(ErrorCode::internal, "commit of a finished file " + quoted(target_));
    }
    if (!failure_ && flush()) {
        if (::fsync(fd_) != 0) {
            failure_ = errno_error(errno, "cannot write", target_);
        } else if (::rename(temporary_.c_str(), target_.c_str()) != 0) {
            failure_ = errno_error(errno, "cannot replace", target_);
        }
    }
    if (failure_) {
        discard();
        return fail(*failure_);
    }
    sync_directory(directory_of(target_));
    temporary_.clear();
    discard();
    return {};
}

void AtomicFile::discard() noexcept {
    if (fd_ < 0) {
        return;
    }
    if (!temporary_.empty()) {
        static_cast<void>(::unlink(temporary_.c_str()));
        temporary_.clear();
    }
    static_cast<void>(::close(fd_));
    fd_ = -1;
}

void AtomicFile::remove_leftovers_in(const fs::path& directory) noexcept {
    try {
        std::error_code error;
        std::set<fs::path> targets;
        for (const auto& entry : fs::directory_iterator(directory, error)) {
            const std::string name = entry.path().filename().string();
            const std::size_t mark = name.rfind(kTemporaryMark);
            if (name.starts_with('.') && mark != std::string::npos && mark > 1) {
                targets.insert(directory / name.substr(1, mark - 1));
            }
        }
        for (const fs::path& target : targets) {
            remove_leftovers(target);
        }
    } catch (const std::exception&) {
        // Tidying up is optional, see remove_leftovers.
    }
}

void AtomicFile::remove_leftovers(const fs::path& target) noexcept {
    try {
        const fs::path real = behind_link(target);
        const std::string prefix = temporary_prefix(real);
        std::error_code error;
        for (fs::directory_iterator entry(directory_of(real), error), end; !error && entry != end;
            entry.increment(error)) {
            if (!entry->path().filename().string().starts_with(prefix)) {
                continue;
            }
            const OpenFile file(::open(entry->path().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
            if (file.fd() >= 0 && ::flock(file.fd(), LOCK_EX | LOCK_NB) == 0) {
                static_cast<void>(::unlink(entry->path().c_str()));
            }
        }
    } catch (const std::exception&) {
        // Out of memory or an undecodable name: tidying up is optional, the leftovers stay.
        return;
    }
}

Result<std::string> read_file(const fs::path& path, std::size_t max_bytes) {
    const OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.fd() < 0) {
        return fail(errno_error(errno, "cannot open", path));
    }
    struct stat info{};
    if (::fstat(file.fd(), &info) != 0) {
        return fail(errno_error(errno, "cannot read", path));
    }
    std::string content;
    if (S_ISREG(info.st_mode) && info.st_size > 0) {
        content.reserve(std::min(static_cast<std::size_t>(info.st_size), max_bytes));
    }
    std::array<char, kReadBytes> buffer{};
    while (true) {
        const ssize_t count = ::read(file.fd(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return fail(errno_error(errno, "cannot read", path));
        }
        if (count == 0) {
            return content;
        }
        const auto bytes = static_cast<std::size_t>(count);
        if (bytes > max_bytes - content.size()) {
            return fail(ErrorCode::too_large, quoted(path) + " is larger than the limit of " +
                                                  std::to_string(max_bytes) + " bytes");
        }
        content.append(buffer.data(), bytes);
    }
}

} // namespace plex_tuner
