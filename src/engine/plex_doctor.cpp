// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/engine/addresses.hpp>
#include <plex_tuner/engine/plex_doctor.hpp>

#include <chrono>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace plex_tuner::engine {

namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kTunerTimeout{10};

asio::awaitable<void> look(const PlexQuestion& question, fetch::Client& client, PlexFacts& facts) {
    const auto now = [] {
        return std::chrono::floor<WallTime::duration>(std::chrono::system_clock::now());
    };
    const std::string tuner = question.tuner_url();
    facts.now = now();
    facts.tuner = co_await plex::ask_tuner(client, tuner, kTunerTimeout);
    if (facts.tuner) {
        facts.readers = co_await plex::ask_guide_readers(client, tuner, kTunerTimeout);
    }
    plex::Server server(client, question.server);
    facts.identity = co_await server.identity();
    if (!facts.identity || question.server.token.empty()) {
        co_return;
    }
    facts.about = co_await server.about();
    facts.now = now();
    if (facts.about) {
        facts.preferences = co_await server.preferences();
        facts.present = co_await server.present();
    }
}

} // namespace

std::string PlexQuestion::tuner_url() const {
    if (!base_url.empty()) {
        std::string_view base = base_url;
        while (base.ends_with('/')) {
            base.remove_suffix(1);
        }
        return std::string(base);
    }
    const std::string host = listen_host(listen);
    return http_url(host.empty() || host == "localhost" ? "127.0.0.1" : host, listen_port(listen));
}

PlexFacts look_at_plex(const PlexQuestion& question, const fetch::ClientOptions& client_options,
    const log::Logger& logger) {
    PlexQuestion impatient = question;
    impatient.server.patience = std::chrono::milliseconds(0); // what it says now is what counts
    PlexFacts facts;
    asio::io_context context(1);
    const auto client = fetch::Client::create(client_options, logger.module("fetch"));
    auto done = asio::co_spawn(context, look(impatient, *client, facts), asio::use_future);
    context.run();
    done.get();
    return facts;
}

} // namespace plex_tuner::engine
