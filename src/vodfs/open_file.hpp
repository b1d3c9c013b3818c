// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "asset.hpp"
#include "tree.hpp"

#include <memory>

namespace plex_tuner::vodfs {

/// A file somebody has open: the kernel's handle points to it.
struct OpenFile {
    std::shared_ptr<Asset> asset;
    std::shared_ptr<Reader> reader;
    NodeInfo info; ///< as it was when it was opened: it may vanish from the tree
};

} // namespace plex_tuner::vodfs
