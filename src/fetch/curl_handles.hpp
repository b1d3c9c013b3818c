// SPDX-License-Identifier: GPL-3.0-or-later
// Owners of libcurl's handles.
#pragma once

#include <memory>
#include <new>
#include <string>

#include <curl/curl.h>

namespace plex_tuner::fetch {

struct CurlEasyDeleter {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};

using CurlEasy = std::unique_ptr<CURL, CurlEasyDeleter>;

struct CurlMultiDeleter {
    void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
};

using CurlMulti = std::unique_ptr<CURLM, CurlMultiDeleter>;

struct CurlShareDeleter {
    void operator()(CURLSH* handle) const noexcept { curl_share_cleanup(handle); }
};

using CurlShare = std::unique_ptr<CURLSH, CurlShareDeleter>;

/// A list of header lines; libcurl copies the text, not the list, so it must outlive the transfer.
class CurlList {
public:
    void append(const std::string& line) {
        curl_slist* longer = curl_slist_append(list_.get(), line.c_str());
        if (longer == nullptr) {
            throw std::bad_alloc();
        }
        // The longer list is the old one with its end replaced, or the first of all.
        if (longer != list_.get()) {
            list_.reset(longer);
        }
    }

    void clear() noexcept { list_.reset(); }

    [[nodiscard]] curl_slist* get() const noexcept { return list_.get(); }

private:
    struct Deleter {
        void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
    };

    std::unique_ptr<curl_slist, Deleter> list_;
};

/// libcurl's process-wide set-up, counted by libcurl itself (thread-safe since 7.84).
class CurlGlobal {
public:
    CurlGlobal() noexcept : ok_(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {}

    ~CurlGlobal() {
        if (ok_) {
            curl_global_cleanup();
        }
    }

    CurlGlobal(const CurlGlobal&) = delete;
    CurlGlobal& operator=(const CurlGlobal&) = delete;

    [[nodiscard]] bool ok() const noexcept { return ok_; }

private:
    bool ok_;
};

} // namespace plex_tuner::fetch
