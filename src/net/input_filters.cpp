// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/input_filters.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace plex_tuner::net {
namespace {

using Bytes = std::span<const std::byte>;

class Socket {
public:
    Socket() : descriptor_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER)) {
        const timeval limit{.tv_sec = 1, .tv_usec = 0};
        (void)setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }

    ~Socket() { close(descriptor_); }

    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    [[nodiscard]] int get() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

/// The payload of the first attribute of that type.
[[nodiscard]] std::optional<Bytes> attribute(Bytes attributes, std::uint16_t type) {
    while (attributes.size() >= sizeof(nlattr)) {
        nlattr head{};
        std::memcpy(&head, attributes.data(), sizeof head);
        if (head.nla_len < sizeof head || head.nla_len > attributes.size()) {
            break;
        }
        if ((head.nla_type & NLA_TYPE_MASK) == type) {
            return attributes.subspan(sizeof head, head.nla_len - sizeof head);
        }
        const std::size_t step = NLA_ALIGN(head.nla_len);
        attributes = attributes.subspan(std::min(step, attributes.size()));
    }
    return std::nullopt;
}

[[nodiscard]] std::optional<std::uint32_t> number(Bytes attributes, std::uint16_t type) {
    const auto value = attribute(attributes, type);
    std::uint32_t big_endian = 0;
    if (!value || value->size() != sizeof big_endian) {
        return std::nullopt;
    }
    std::memcpy(&big_endian, value->data(), sizeof big_endian);
    return ntohl(big_endian);
}

[[nodiscard]] std::string text(Bytes attributes, std::uint16_t type) {
    const auto value = attribute(attributes, type).value_or(Bytes());
    const std::string_view all(reinterpret_cast<const char*>(value.data()), value.size());
    return std::string(all.substr(0, all.find('\0')));
}

[[nodiscard]] std::optional<InputFilter> filter_of(Bytes chain) {
    const auto hook = attribute(chain, NFTA_CHAIN_HOOK);
    if (!hook || number(*hook, NFTA_HOOK_HOOKNUM) != std::uint32_t{NF_INET_LOCAL_IN}) {
        return std::nullopt;
    }
    return InputFilter{.name = text(chain, NFTA_CHAIN_TABLE) + " " + text(chain, NFTA_CHAIN_NAME),
        .drops_by_default = number(chain, NFTA_CHAIN_POLICY) == std::uint32_t{NF_DROP}};
}

[[nodiscard]] bool is_of_ip(std::uint8_t family) {
    return family == NFPROTO_INET || family == NFPROTO_IPV4 || family == NFPROTO_IPV6;
}

[[nodiscard]] bool ask_for_chains(int descriptor) {
    struct {
        nlmsghdr head;
        nfgenmsg body;
    } request{};

    request.head.nlmsg_len = sizeof request;
    request.head.nlmsg_type = NFNL_SUBSYS_NFTABLES << 8U | NFT_MSG_GETCHAIN;
    request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.body.nfgen_family = AF_UNSPEC;
    request.body.version = NFNETLINK_V0;
    return send(descriptor, &request, sizeof request, 0) == ssize_t{sizeof request};
}

/// Adds the chains of a datagram; true when there are no more, else an error or false.
[[nodiscard]] Result<bool> read_chains(Bytes rest, std::vector<InputFilter>& filters) {
    while (rest.size() >= sizeof(nlmsghdr)) {
        nlmsghdr head{};
        std::memcpy(&head, rest.data(), sizeof head);
        if (head.nlmsg_len < sizeof head || head.nlmsg_len > rest.size()) {
            return fail(ErrorCode::parse, "an answer of the kernel's packet filter is damaged");
        }
        const Bytes body = rest.subspan(sizeof head, head.nlmsg_len - sizeof head);
        if (head.nlmsg_type == NLMSG_DONE) {
            return true;
        }
        if (head.nlmsg_type == NLMSG_ERROR) {
            std::int32_t code = 0;
            std::memcpy(&code, body.data(), std::min(body.size(), sizeof code));
            // A kernel without nftables knows no such question.
            return code == -EPERM
                       ? Result<bool>(fail(Error::from_errno(EPERM, "reading the packet filter")))
                       : Result<bool>(true);
        }
        if (body.size() >= sizeof(nfgenmsg)) {
            nfgenmsg about{};
            std::memcpy(&about, body.data(), sizeof about);
            if (auto filter = filter_of(body.subspan(sizeof about));
                filter && is_of_ip(about.nfgen_family)) {
                filters.push_back(std::move(*filter));
            }
        }
        rest = rest.subspan(std::min(std::size_t{NLMSG_ALIGN(head.nlmsg_len)}, rest.size()));
    }
    return false;
}

} // namespace

Result<std::vector<InputFilter>> input_filters() {
    const Socket socket;
    if (socket.get() < 0 || !ask_for_chains(socket.get())) {
        return fail(Error::from_errno(errno, "reading the packet filter"));
    }
    std::vector<InputFilter> filters;
    std::array<std::byte, std::size_t{64} * 1024> bytes{};
    for (;;) {
        const ssize_t size = recv(socket.get(), bytes.data(), bytes.size(), 0);
        if (size < 0) {
            return fail(Error::from_errno(errno, "reading the packet filter"));
        }
        auto done = read_chains(std::span(bytes).first(static_cast<std::size_t>(size)), filters);
        if (!done) {
            return fail(std::move(done).error());
        }
        if (*done || size == 0) {
            return filters;
        }
    }
}

} // namespace plex_tuner::net
