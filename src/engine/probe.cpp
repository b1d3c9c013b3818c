// SPDX-License-Identifier: GPL-3.0-or-later
#include "host_ranking.hpp"
#include "shared_governor.hpp"
#include "side_by_side.hpp"

#include <plex_tuner/engine/probe.hpp>
#include <plex_tuner/fetch/content_check.hpp>
#include <plex_tuner/provider/chunks.hpp>
#include <plex_tuner/provider/m3u_reader.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace plex_tuner::engine {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// Of a playlist its beginning is enough.
constexpr std::size_t kPlaylistStart = 512;
constexpr std::size_t kMaxStateBytes = std::size_t{1} << 20;

ProbeAnswer failed(const Error& error) {
    ProbeAnswer answer;
    answer.detail = error.message();
    switch (error.code()) {
    case ErrorCode::timeout:
        answer.status = ProbeStatus::timeout;
        break;
    case ErrorCode::unavailable:
        answer.status = ProbeStatus::cooling_down;
        break;
    default:
        answer.status = ProbeStatus::error;
        break;
    }
    return answer;
}

/// What head and beginning of an answer say; ok is for the caller to confirm.
ProbeAnswer judge(const fetch::ResponseHead& head, std::string_view first) {
    ProbeAnswer answer;
    answer.http_status = head.status;
    const auto outcome = fetch::outcome_of(head);
    const auto kind = fetch::classify_body(head.status, head.headers, first);
    if (kind == fetch::BodyKind::cloudflare_challenge ||
        (outcome.cloudflare && head.status != 200)) {
        answer.status = ProbeStatus::cloudflare;
        answer.detail = "blocked by a Cloudflare front";
    } else if (head.status == 429) {
        answer.status = ProbeStatus::rate_limited;
        answer.detail = "too many requests";
    } else if (head.status != 200) {
        answer.status = ProbeStatus::bad_status;
        answer.detail = "status " + std::to_string(head.status);
    } else if (kind == fetch::BodyKind::empty || kind == fetch::BodyKind::html) {
        answer.status = ProbeStatus::bad_answer;
        answer.detail = to_string(kind);
    } else {
        answer.status = ProbeStatus::ok;
    }
    return answer;
}

class Prober {
public:
    Prober(fetch::Client& client, SharedGovernor& governor, const IndexOptions& options,
        milliseconds timeout)
        : client_(client), governor_(governor), options_(options), end_(Clock::now() + timeout) {}

    asio::awaitable<std::vector<AccountProbe>> run() {
        std::vector<AccountProbe> probes;
        for (const Account& account : options_.accounts) {
            if (!account.hosts.empty()) {
                AccountProbe& probe = probes.emplace_back();
                probe.name = account.tag.empty() ? "account" : account.tag;
                probe.hosts.resize(account.hosts.size());
                accounts_.push_back(&account);
            }
        }
        health_.resize(probes.size());
        std::vector<std::pair<std::size_t, std::size_t>> hosts;
        for (std::size_t i = 0; i < probes.size(); ++i) {
            health_[i].resize(probes[i].hosts.size());
            for (std::size_t j = 0; j < probes[i].hosts.size(); ++j) {
                hosts.emplace_back(i, j);
            }
        }
        co_await side_by_side(hosts.size(), [&](std::size_t index) {
            return probe_host(probes, hosts[index].first, hosts[index].second);
        });
        for (std::size_t i = 0; i < probes.size(); ++i) {
            sort(probes[i], health_[i]);
        }
        co_return probes;
    }

private:
    asio::awaitable<void> probe_host(
        std::vector<AccountProbe>& probes, std::size_t account, std::size_t host) {
        const provider::XtreamUrls& urls = accounts_[account]->hosts[host];
        HostProbe& probe = probes[account].hosts[host];
        probe.host = urls.base().redacted();
        health_[account][host].base = probe.host;
        probe.panel = co_await ask_panel(urls, *accounts_[account], health_[account][host]);
        probe.playlist = co_await ask_playlist(urls, *accounts_[account]);
    }

    [[nodiscard]] milliseconds remaining() const {
        return std::max(std::chrono::ceil<milliseconds>(end_ - Clock::now()), milliseconds(1));
    }

    [[nodiscard]] std::unique_ptr<fetch::Governor> governor_of(const Account& account) const {
        return governor_.for_account(account.key, governor_limits(options_));
    }

    [[nodiscard]] fetch::Request request_of(Url url) const {
        fetch::Request request(std::move(url));
        request.limits = options_.limits;
        request.limits.total = remaining();
        return request;
    }

    asio::awaitable<ProbeAnswer> ask_panel(
        const provider::XtreamUrls& urls, const Account& account, HostHealth& health) {
        auto url = urls.player_api(provider::XtreamAction::account);
        if (!url) {
            co_return failed(url.error());
        }
        const auto governor = governor_of(account);
        const auto begin = Clock::now();
        auto answer = co_await fetch::governed_get(
            client_, *governor, request_of(std::move(*url)), kMaxStateBytes, remaining());
        health.latency = std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
        if (!answer) {
            co_return with_latency(failed(answer.error()), health.latency);
        }
        ProbeAnswer judged = judge(answer->head, answer->body);
        if (judged.status == ProbeStatus::ok) {
            auto state = provider::read_xtream_account(provider::text_chunks(answer->body));
            if (state) {
                health.account = std::move(*state);
            } else {
                judged.status = state.error().code() == ErrorCode::invalid_argument
                                    ? ProbeStatus::bad_login
                                    : ProbeStatus::bad_answer;
                judged.detail = state.error().message();
            }
        }
        co_return with_latency(std::move(judged), health.latency);
    }

    asio::awaitable<ProbeAnswer> ask_playlist(
        const provider::XtreamUrls& urls, const Account& account) {
        auto url = urls.playlist("ts");
        if (!url) {
            co_return failed(url.error());
        }
        const auto governor = governor_of(account);
        fetch::Request request = request_of(std::move(*url));
        auto permit = co_await governor->acquire(request, remaining());
        if (!permit) {
            co_return failed(permit.error());
        }
        const auto begin = Clock::now();
        const auto transfer = client_.start(std::move(request));
        auto head = co_await transfer->head();
        const auto latency = std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
        if (!head) {
            fetch::RequestOutcome outcome;
            outcome.network_error = true;
            (*permit)->report(outcome);
            co_return with_latency(failed(head.error()), latency);
        }
        std::string first;
        while (first.size() < kPlaylistStart) {
            auto bytes = co_await transfer->read();
            if (!bytes || bytes->empty()) {
                break;
            }
            first += *bytes;
        }
        transfer->cancel(); // of a long list only the beginning is wanted
        (*permit)->report(fetch::outcome_of(*head));
        ProbeAnswer judged = judge(*head, first);
        if (judged.status == ProbeStatus::ok) {
            if (auto is_list = provider::looks_like_m3u(first); !is_list) {
                judged.status = ProbeStatus::bad_answer;
                judged.detail = is_list.error().message();
            }
        }
        co_return with_latency(std::move(judged), latency);
    }

    [[nodiscard]] static ProbeAnswer with_latency(ProbeAnswer answer, milliseconds latency) {
        answer.latency = latency;
        return answer;
    }

    static void sort(AccountProbe& probe, const std::vector<HostHealth>& health) {
        const auto order = rank_hosts(health, {});
        std::vector<HostProbe> sorted;
        sorted.reserve(order.size());
        for (const std::size_t index : order) {
            sorted.push_back(std::move(probe.hosts[index]));
        }
        probe.hosts = std::move(sorted);
        if (!order.empty()) {
            probe.state = health[order.front()].account;
        }
    }

    fetch::Client& client_;
    SharedGovernor& governor_;
    const IndexOptions& options_;
    Clock::time_point end_;
    std::vector<const Account*> accounts_;
    std::vector<std::vector<HostHealth>> health_;
};

} // namespace

std::string_view to_string(ProbeStatus status) noexcept {
    switch (status) {
    case ProbeStatus::ok:
        return "ok";
    case ProbeStatus::cloudflare:
        return "cloudflare";
    case ProbeStatus::rate_limited:
        return "rate_limited";
    case ProbeStatus::bad_login:
        return "bad_login";
    case ProbeStatus::bad_status:
        return "bad_status";
    case ProbeStatus::bad_answer:
        return "bad_answer";
    case ProbeStatus::cooling_down:
        return "cooling_down";
    case ProbeStatus::timeout:
        return "timeout";
    case ProbeStatus::error:
        return "error";
    }
    return "unknown";
}

Result<std::vector<AccountProbe>> probe_accounts(const IndexOptions& options,
    const fetch::ClientOptions& client_options, milliseconds timeout, const log::Logger& logger) {
    const auto client = fetch::Client::create(client_options, logger.module("fetch"));
    auto governor = SharedGovernor::open(options.shared_directory, logger, options.coordination);
    if (!governor) {
        return fail(std::move(governor).error());
    }
    asio::io_context context(1);
    std::vector<AccountProbe> probes;
    Prober prober(*client, **governor, options, timeout);
    const auto work = [&]() -> asio::awaitable<void> {
        probes = co_await prober.run();
    };
    auto done = asio::co_spawn(context, work(), asio::use_future);
    context.run();
    done.get();
    return probes;
}

} // namespace plex_tuner::engine
