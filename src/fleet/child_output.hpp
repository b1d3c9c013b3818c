// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "line_splitter.hpp"

#include <functional>
#include <memory>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace plex_tuner::fleet {

namespace asio = boost::asio;

/// Reads one of the streams of a child, line by line, as it comes. Confined to its executor.
class ChildOutput : public std::enable_shared_from_this<ChildOutput> {
public:
    using Line = std::function<void(std::string_view)>;

    /// Takes `descriptor`, which does not block.
    ChildOutput(const asio::any_io_executor& executor, int descriptor, Line line);

    void start();
    /// Reads what is still there and ends: the process has ended, and whoever else holds the other
    /// end is not waited for.
    void finish();

private:
    /// False at the end of the stream.
    bool read_some(int most_reads);
    void wait();
    void close();

    asio::posix::stream_descriptor descriptor_;
    Line line_;
    LineSplitter splitter_;
};

} // namespace plex_tuner::fleet
