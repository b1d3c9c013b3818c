// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/fake_pms.hpp"

#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/dvr_sync.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace plex_tuner::plex {

/// What a tuner of ours shows to Plex.
class ShownTuner {
public:
    ShownTuner(std::string device_id, const std::vector<std::string>& numbers)
        : device_id_(std::move(device_id)) {
        using testing::behave::content;
        server_.on("/discover.json",
            content(R"({"FriendlyName":"T","ModelNumber":"HDTC-2US","DeviceID":")" + device_id_ +
                    R"(","TunerCount":2})"));
        serve(numbers);
    }

    void serve(const std::vector<std::string>& numbers) {
        std::string lineup = "[";
        std::string guide = "<tv>";
        for (const std::string& number : numbers) {
            lineup.append(lineup.size() > 1 ? "," : "");
            lineup += R"({"GuideNumber":")" + number + R"(","GuideName":"C)" + number + "\"}";
            guide += "<channel id=\"" + number + ".plextuner\"><display-name>C" + number +
                     "</display-name><display-name>" + number + "</display-name></channel>";
        }
        guide += "<programme channel=\"x\"/></tv>";
        server_.on("/lineup.json", testing::behave::content(lineup + "]"));
        server_.on("/guide.xml", testing::behave::content(guide, "text/xml"));
    }

    [[nodiscard]] WantedTuner wanted() const {
        return {.name = "tuner " + device_id_,
            .device_id = device_id_,
            .base_url = server_.url(""),
            .guide_title = {}};
    }

    [[nodiscard]] testing::ScriptedProvider& server() { return server_; }

private:
    std::string device_id_;
    testing::ScriptedProvider server_;
};

/// All that is logged, for looking at.
class KeptLog final : public log::Sink {
public:
    [[nodiscard]] bool enabled(log::Level /*level*/) const noexcept override { return true; }

    void write(const log::Record& record) override {
        const std::scoped_lock lock(mutex_);
        text_ += record.message;
        for (const log::Field& field : record.fields) {
            text_.append(" ").append(field.key).append("=").append(field.value);
        }
        text_ += '\n';
    }

    [[nodiscard]] std::string text() const {
        const std::scoped_lock lock(mutex_);
        return text_;
    }

private:
    mutable std::mutex mutex_;
    std::string text_;
};

/// Runs coroutines against a server of `pms`, impatiently.
class PlexRun {
public:
    explicit PlexRun(const testing::FakePms& pms)
        : client_(fetch::Client::create(
              {.user_agent = "test", .ca_bundle = {}}, log::Logger(log_, "fetch"))),
          options_(*Url::parse(pms.url())) {
        options_.token = Secret(pms.token());
        options_.version = "1";
        options_.patience = std::chrono::seconds(20);
        options_.first_pause = std::chrono::milliseconds(1);
    }

    [[nodiscard]] ServerOptions& options() { return options_; }

    [[nodiscard]] fetch::Client& client() { return *client_; }

    [[nodiscard]] std::string log() const { return log_->text(); }

    /// `work(server)` to its end.
    template <class Work>
    [[nodiscard]] auto run(Work work) {
        Server server(*client_, options_);
        asio::io_context context(1);
        auto done = asio::co_spawn(context, work(server), asio::use_future);
        context.run();
        return done.get();
    }

    [[nodiscard]] Result<DvrReport> sync(
        std::vector<WantedTuner> wanted, DvrSyncOptions options = {}) {
        options.first_poll = std::chrono::milliseconds(1);
        return run([&](Server& server) {
            return sync_dvrs(
                server, *client_, std::move(wanted), options, log::Logger(log_, "plex"));
        });
    }

private:
    std::shared_ptr<KeptLog> log_ = std::make_shared<KeptLog>();
    std::unique_ptr<fetch::Client> client_;
    ServerOptions options_;
};

} // namespace plex_tuner::plex
