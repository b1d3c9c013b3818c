// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/log/logger.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace plex_tuner::log {

struct Logger::State {
    std::shared_ptr<Sink> sink;
    std::string module;
    std::vector<Field> context;
};

Logger::Logger(std::shared_ptr<Sink> sink, std::string module) {
    if (sink) {
        state_ = std::make_shared<const State>(State{std::move(sink), std::move(module), {}});
    }
}

Logger Logger::module(std::string name) const {
    Logger logger;
    if (state_) {
        logger = Logger(state_->sink, std::move(name));
    }
    return logger;
}

Logger Logger::with(std::initializer_list<Field> fields) const {
    Logger logger;
    if (!state_) {
        return logger;
    }
    State next = *state_;
    for (const Field& field : fields) {
        std::erase_if(next.context, [&](const Field& old) { return old.key == field.key; });
        next.context.push_back(field);
    }
    logger.state_ = std::make_shared<const State>(std::move(next));
    return logger;
}

bool Logger::enabled(Level level) const noexcept {
    return state_ && state_->sink->enabled(level);
}

void Logger::write(
    Level level, std::string_view message, std::initializer_list<Field> fields) const {
    if (!enabled(level)) {
        return;
    }
    state_->sink->write(Record{.level = level,
        .module = state_->module,
        .message = message,
        .context = state_->context,
        .fields = {fields.begin(), fields.size()}});
}

} // namespace plex_tuner::log
