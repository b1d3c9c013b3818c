// SPDX-License-Identifier: GPL-3.0-or-later
#include "one_run.hpp"

#include "shared_slots.hpp"

#include <plex_tuner/base/atomic_file.hpp>

#include <filesystem>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace plex_tuner::engine {

Result<void> run_with_indexer(const IndexOptions& options,
    const fetch::ClientOptions& client_options, std::stop_token stop, const log::Logger& logger,
    const std::function<asio::awaitable<void>(Indexer&)>& work) {
    std::error_code error;
    std::filesystem::create_directories(options.state_directory, error);
    if (error) {
        return fail(ErrorCode::io, "cannot create the state directory " +
                                       options.state_directory.string() + ": " + error.message() +
                                       "; choose another with PLEX_TUNER_STATE_DIR");
    }
    AtomicFile::remove_leftovers(options.catalog);
    const auto client = fetch::Client::create(client_options, logger.module("fetch"));
    BuildThread build_thread;
    std::unique_ptr<SharedSlots> slots;
    if (std::vector<SlotAccount> accounts = slot_accounts(options.accounts); !accounts.empty()) {
        auto opened = SharedSlots::open(options.shared_directory, std::move(accounts),
            logger.module("slots"), options.coordination);
        if (!opened) {
            return fail(std::move(opened).error());
        }
        slots = std::move(*opened);
    }
    auto indexer = Indexer::open(*client, options, build_thread, slots.get(), nullptr,
        std::move(stop), logger.module("index"));
    if (!indexer) {
        return fail(std::move(indexer).error());
    }
    asio::io_context context(1);
    auto done = asio::co_spawn(context, work(**indexer), asio::use_future);
    context.run();
    done.get();
    return {};
}

} // namespace plex_tuner::engine
