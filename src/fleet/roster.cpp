// SPDX-License-Identifier: GPL-3.0-or-later
#include "roster.hpp"

#include "process_memory.hpp"

#include <plex_tuner/base/redact.hpp>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include <boost/asio/co_spawn.hpp>

namespace plex_tuner::fleet {

namespace {

using std::chrono::seconds;

/// Between two questions to a tuner that is ready.
constexpr seconds kProbePause{5};

std::string command_of(const ChildPlan& plan) {
    std::string text;
    for (const std::string& argument : plan.arguments) {
        text += (text.empty() ? "" : " ") + argument;
    }
    return redact_text(text);
}

} // namespace

Roster::Roster(
    asio::any_io_executor executor, fetch::Client& client, std::shared_ptr<const Clock> clock)
    : executor_(std::move(executor)), client_(client), clock_(std::move(clock)) {}

void Roster::set(const Children& children) {
    std::vector<Member> members;
    members.reserve(children.size());
    for (const auto& child : children) {
        const auto known = std::ranges::find(members_, child, &Member::child);
        members.push_back(known == members_.end() ? Member{.child = child} : std::move(*known));
    }
    members_ = std::move(members);
}

Roster::Children Roster::children() const {
    Children children;
    std::ranges::transform(members_, std::back_inserter(children), &Member::child);
    return children;
}

std::shared_ptr<Child> Roster::find(std::string_view name) const {
    const auto found = std::ranges::find_if(
        members_, [&](const Member& member) { return member.child->plan().name == name; });
    return found == members_.end() ? nullptr : found->child;
}

std::shared_ptr<Child> Roster::find(pid_t pid) const {
    const auto found = std::ranges::find_if(
        members_, [&](const Member& member) { return member.child->pid() == pid; });
    return found == members_.end() ? nullptr : found->child;
}

void Roster::ask_due(const std::function<void()>& on_news) {
    const SteadyTime now = clock_->steady();
    for (Member& member : members_) {
        const Child& child = *member.child;
        const bool is_due = member.probed != child.pid() || now >= member.next_probe;
        if (member.is_asked || !is_due || !child.plan().endpoint || child.pid() < 0) {
            continue;
        }
        member.is_asked = true;
        asio::co_spawn(
            executor_, ask(member.child, on_news), [](const std::exception_ptr& failure) {
                if (failure) {
                    std::rethrow_exception(failure); // a bug
                }
            });
    }
}

asio::awaitable<void> Roster::ask(std::shared_ptr<Child> child, std::function<void()> on_news) {
    const pid_t pid = child->pid();
    const SteadyTime asked = clock_->steady();
    ProbeResult said = co_await probe_tuner(client_, *child->plan().endpoint);
    const auto member = std::ranges::find(members_, child, &Member::child);
    if (member == members_.end()) {
        co_return;
    }
    member->is_asked = false;
    if (child->pid() != pid) {
        co_return; // another one answers by now
    }
    member->said = std::move(said);
    if (member->said.has_answered || member->probed != pid) {
        member->silent_since.reset();
    }
    if (!member->said.has_answered && !member->silent_since) {
        member->silent_since = asked;
    }
    member->probed = pid;
    if (member->said.is_ready) {
        member->was_ready = pid;
        member->next_probe = clock_->steady() + kProbePause;
    }
    on_news();
}

void Roster::kill_hung(std::chrono::milliseconds silence) {
    const SteadyTime now = clock_->steady();
    for (Member& member : members_) {
        Child& child = *member.child;
        if (child.state() == ChildState::running && child.pid() == member.probed &&
            child.pid() == member.was_ready && member.silent_since &&
            now - *member.silent_since >= silence) {
            member.silent_since.reset(); // once
            child.kill_hung(std::chrono::duration_cast<seconds>(silence));
        }
    }
}

std::vector<ChildStatus> Roster::states() const {
    std::vector<ChildStatus> all;
    all.reserve(members_.size());
    for (const Member& member : members_) {
        all.push_back(status_of(member));
    }
    return all;
}

std::vector<ChildStatus> Roster::status() const {
    std::vector<ChildStatus> all = states();
    for (ChildStatus& one : all) {
        if (one.pid > 0) {
            one.pss_bytes = pss_bytes(one.pid);
        }
    }
    return all;
}

ChildStatus Roster::status_of(const Member& member) const {
    const Child& child = *member.child;
    ChildStatus status{.name = child.plan().name,
        .state = std::string(to_string(child.state())),
        .pid = child.pid(),
        .device_id = child.plan().device_id,
        .restarts = child.restarts(),
        .last_end = child.last_end(),
        .command = command_of(child.plan())};
    if (child.plan().endpoint) {
        status.port = child.plan().endpoint->port;
    }
    if (child.pid() < 0) {
        return status;
    }
    const bool has_said = member.probed == child.pid();
    if (child.state() == ChildState::running && child.plan().endpoint) {
        status.state = has_said && member.said.is_ready  ? "ready"
                       : member.was_ready == child.pid() ? "not ready"
                                                         : "starting";
    }
    if (has_said) {
        status.channels = member.said.channels;
        status.viewers = member.said.viewers;
    }
    status.uptime_s = static_cast<std::uint64_t>(
        std::chrono::duration_cast<seconds>(clock_->steady() - child.started()).count());
    return status;
}

std::vector<ChildMetrics> Roster::metrics() const {
    std::vector<ChildMetrics> all;
    for (const Member& member : members_) {
        if (member.child->pid() > 0 && member.probed == member.child->pid()) {
            all.push_back({member.child->plan().name, member.said.metrics});
        }
    }
    return all;
}

} // namespace plex_tuner::fleet
