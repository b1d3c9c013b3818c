// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "freed_memory.hpp"
#include "mount_settings.hpp"
#include "settings.hpp"

#include <plex_tuner/net/descriptor_limit.hpp>

namespace plex_tuner::cli {

ExitCode mount_command(const Invocation& invocation) {
    const Beginning begun = begin_command(invocation);
    if (begun.exit) {
        return *begun.exit;
    }
    const log::Logger& logger = begun.logger;
    if (begun.loaded.config.vodfs.mount_point.empty()) {
        logger.error("no mount point is given; name it with -mount or PLEX_TUNER_MOUNT");
        return ExitCode::bad_settings;
    }
    auto index = make_index_options(begun.loaded.config, logger);
    if (!index) {
        logger.error("cannot start", {{"error", index.error()}});
        return ExitCode::bad_settings;
    }
    net::raise_descriptor_limit();
    keep_freed_memory();
    engine::VodMountOptions options =
        make_mount_options(begun.loaded.config, std::move(*index), logger);
    options.fetch.has_http_proxy = has_http_proxy(invocation);
    options.ends_on_signals = true;
    auto mount = engine::VodMount::create(std::move(options), logger.module("mount"));
    if (!mount) {
        logger.error("cannot mount", {{"error", mount.error()}});
        return ExitCode::failure;
    }
    (*mount)->run();
    return ExitCode::success;
}

} // namespace plex_tuner::cli
