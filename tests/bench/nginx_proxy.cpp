// SPDX-License-Identifier: GPL-3.0-or-later
#include "nginx_proxy.hpp"

#include "loopback_port.hpp"

#include <csignal>
#include <fstream>
#include <stdexcept>

#include <unistd.h>

namespace plex_tuner::bench {
namespace {

constexpr const char* kProgram = "/usr/sbin/nginx";

} // namespace

NginxProxy::NginxProxy(const std::string& origin) : port_(unused_port()) {
    if (::access(kProgram, X_OK) != 0) {
        throw std::runtime_error("no nginx here (scripts/install-deps test)");
    }
    const std::string directory = directory_.path().string();
    std::ofstream(directory + "/nginx.conf")
        << "daemon off;\nworker_processes 1;\nuser root;\npid " << directory
        << "/pid;\nerror_log stderr;\nevents { worker_connections 1024; }\n"
        << "http {\n  access_log off;\n  proxy_max_temp_file_size 0;\n  proxy_http_version 1.1;\n"
        << "  client_body_temp_path " << directory << "/body;\n  proxy_temp_path " << directory
        << "/proxy;\n  fastcgi_temp_path " << directory << "/fastcgi;\n  uwsgi_temp_path "
        << directory << "/uwsgi;\n  scgi_temp_path " << directory << "/scgi;\n"
        << "  server { listen 127.0.0.1:" << port_ << "; location / { proxy_pass " << origin
        << "; } }\n}\n";
    process_ = std::make_unique<testing::ChildProcess>(testing::ChildOptions{
        .arguments = {kProgram, "-c", directory + "/nginx.conf", "-p", directory},
        .environment = {},
        .directory = directory});
    wait_until_accepting(port_, *process_);
}

NginxProxy::~NginxProxy() {
    process_->signal(SIGTERM); // the worker would outlive a killed master
    static_cast<void>(process_->wait());
}

std::vector<pid_t> NginxProxy::processes() const {
    std::vector<pid_t> result{process_->pid()};
    const std::string parent = std::to_string(process_->pid());
    std::ifstream children("/proc/" + parent + "/task/" + parent + "/children");
    for (pid_t child = 0; children >> child;) {
        result.push_back(child);
    }
    return result;
}

} // namespace plex_tuner::bench
