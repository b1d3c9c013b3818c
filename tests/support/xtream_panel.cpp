// SPDX-License-Identifier: GPL-3.0-or-later
#include "xtream_panel.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace plex_tuner::testing {

namespace {

/// Percent-encoding undone.
std::string decoded(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string query_value(const std::string& target, const std::string& name) {
    const std::string query = "&" + target.substr(std::min(target.find('?') + 1, target.size()));
    const std::size_t at = query.find("&" + name + "=");
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t begin = at + name.size() + 2;
    return decoded(query.substr(begin, query.find('&', begin) - begin));
}

bool send_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

} // namespace

XtreamPanel::XtreamPanel(std::string user, std::string password)
    : user_(std::move(user)), password_(std::move(password)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (listener_ < 0 ||
        ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
        ::listen(listener_, 512) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::system_error(errno, std::generic_category(), "panel");
    }
    port_ = ntohs(address.sin_port);
    set("account", panel_account());
    accepter_ = std::thread([this] { accept_loop(); });
}

XtreamPanel::~XtreamPanel() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    accepter_.join();
    ::close(listener_);
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [descriptor, open] : open_) {
            ::shutdown(descriptor, SHUT_RDWR);
        }
    }
    for (std::thread& connection : connections_) {
        connection.join();
    }
}

void XtreamPanel::set(const std::string& action, std::string body) {
    const std::lock_guard lock(mutex_);
    content_[action] = std::move(body);
}

void XtreamPanel::set_short_guide(std::function<std::string(const std::string&)> make) {
    const std::scoped_lock lock(mutex_);
    short_guide_ = std::move(make);
}

void XtreamPanel::set_series_info(std::function<std::string(const std::string&)> make) {
    const std::lock_guard lock(mutex_);
    series_info_ = std::move(make);
}

void XtreamPanel::fail(const std::string& action, PanelFault fault) {
    const std::lock_guard lock(mutex_);
    faults_[action] = std::move(fault);
}

void XtreamPanel::mend(const std::string& action) {
    const std::lock_guard lock(mutex_);
    faults_.erase(action);
}

void XtreamPanel::set_limit(int concurrent, std::chrono::milliseconds ban) {
    const std::lock_guard lock(mutex_);
    limit_ = concurrent;
    ban_ = ban;
}

std::size_t XtreamPanel::count(const std::string& action) const {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(action);
    return found == counts_.end() ? 0 : found->second;
}

void XtreamPanel::forget_counts() {
    const std::lock_guard lock(mutex_);
    counts_.clear();
    requests_ = 0;
    bytes_sent_ = 0;
    most_at_once_ = 0;
}

bool XtreamPanel::wait_for(
    const std::string& action, std::size_t times, std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] {
        const auto found = counts_.find(action);
        return found != counts_.end() && found->second >= times;
    });
}

void XtreamPanel::accept_loop() {
    while (!stopping_) {
        const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (descriptor < 0) {
            continue;
        }
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        const std::lock_guard lock(mutex_);
        open_[descriptor] = true;
        connections_.emplace_back([this, descriptor] { serve(descriptor); });
    }
}

void XtreamPanel::serve(int descriptor) {
    std::string buffer;
    std::vector<char> piece(16 * 1024);
    for (bool open = true; open && !stopping_;) {
        std::size_t end = buffer.find("\r\n\r\n");
        while (end == std::string::npos) {
            const ssize_t got = ::recv(descriptor, piece.data(), piece.size(), 0);
            if (got <= 0) {
                open = false;
                break;
            }
            buffer.append(piece.data(), static_cast<std::size_t>(got));
            end = buffer.find("\r\n\r\n");
        }
        if (open) {
            const std::string request = buffer.substr(0, end + 4);
            buffer.erase(0, end + 4);
            open = answer(descriptor, request);
        }
    }
    const std::lock_guard lock(mutex_);
    open_.erase(descriptor);
    ::close(descriptor);
}

bool XtreamPanel::is_banned() {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (limit_ > 0 && at_once_ > limit_) {
        if (now >= banned_until_) {
            ++bans_;
        }
        banned_until_ = now + ban_;
    }
    return now < banned_until_;
}

bool XtreamPanel::answer(int descriptor, const std::string& request) {
    const std::size_t begin = request.find(' ') + 1;
    const std::string target = request.substr(begin, request.find(' ', begin) - begin);
    const int at_once = ++at_once_;
    for (int most = most_at_once_; at_once > most;) {
        if (most_at_once_.compare_exchange_weak(most, at_once)) {
            break;
        }
    }
    ++requests_;
    const bool banned = is_banned();
    if (const auto delay = delay_.load(); delay.count() > 0) {
        std::this_thread::sleep_for(delay);
    }
    Answer made = banned ? Answer{403, "", "banned", 0} : answer_to(target, request);
    std::string text = "HTTP/1.1 " + std::to_string(made.status) + " Panel\r\n" + made.headers +
                       "Content-Length: " + std::to_string(made.body.size()) + "\r\n\r\n";
    const bool cut = made.cut > 0;
    if (cut) {
        made.body.resize(std::min(made.cut, made.body.size()));
    }
    text += made.body;
    bytes_sent_ += text.size();
    const bool sent = send_all(descriptor, text);
    --at_once_; // the client has all of it; it may ask again at once
    return sent && !cut;
}

XtreamPanel::Answer XtreamPanel::answer_to(const std::string& target, const std::string& request) {
    const std::string path = target.substr(0, target.find('?'));
    std::string action = path.substr(path.rfind('/') + 1);
    if (action == "player_api.php") {
        action = query_value(target, "action");
        action = action.empty() ? "account" : action;
    }
    std::unique_lock lock(mutex_);
    ++counts_[action];
    changed_.notify_all();
    if (query_value(target, "username") != user_ || query_value(target, "password") != password_) {
        return {200, "", R"({"user_info":{"auth":0}})", 0};
    }
    std::string body;
    if (action == "get_series_info" && series_info_) {
        const auto make = series_info_;
        lock.unlock();
        body = make(query_value(target, "series_id"));
        lock.lock();
        body = body.empty() ? R"({"seasons":[],"info":{"name":null}})" : body;
    } else if (action == "get_short_epg" && short_guide_) {
        body = short_guide_(query_value(target, "stream_id"));
        body = body.empty() ? R"({"epg_listings":[]})" : body;
    } else if (const auto found = content_.find(action); found != content_.end()) {
        body = found->second;
    } else if (faults_.find(action) == faults_.end()) {
        return {404, "", "no such thing", 0};
    }
    if (const auto found = faults_.find(action); found != faults_.end()) {
        PanelFault fault = found->second;
        if (fault.times > 0 && --found->second.times == 0) {
            faults_.erase(found);
        }
        return {fault.status, fault.headers, fault.cut > 0 ? body : fault.body, fault.cut};
    }
    if (!etags_) {
        return {200, "", std::move(body), 0};
    }
    const std::string etag = "\"" + std::to_string(std::hash<std::string>()(body)) + "\"";
    if (request.find(etag) != std::string::npos) {
        return {304, "ETag: " + etag + "\r\n", "", 0};
    }
    return {200, "ETag: " + etag + "\r\n", std::move(body), 0};
}

std::string panel_account(int max_connections) {
    return R"({"user_info":{"username":"u","password":"p","auth":1,"status":"Active",)"
           R"("exp_date":"4102444800","is_trial":"0","active_cons":"0","max_connections":")" +
           std::to_string(max_connections) +
           R"(","allowed_output_formats":["m3u8","ts"]},"server_info":{"timezone":"Europe/London"}})";
}

std::string panel_categories(const std::map<std::string, std::string>& names) {
    std::string text = "[";
    for (const auto& [id, name] : names) {
        text += text.size() > 1 ? "," : "";
        text += R"({"category_id":")" + id + R"(","category_name":")" + name + R"("})";
    }
    return text + "]";
}

std::string panel_list(const std::string& id_name, const std::vector<PanelRecord>& records) {
    std::string text = "[";
    for (const PanelRecord& record : records) {
        text += text.size() > 1 ? "," : "";
        text += "{\"" + id_name + "\":" + std::to_string(record.id) + R"(,"name":")" + record.name +
                R"(","category_id":")" + record.category + "\"" + record.more + "}";
    }
    return text + "]";
}

} // namespace plex_tuner::testing
