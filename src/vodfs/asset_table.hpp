// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "asset.hpp"

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace plex_tuner::vodfs {

/// The files that are open, each once. Thread-safe.
class AssetTable {
public:
    explicit AssetTable(AssetContext& context) : context_(context) {}

    [[nodiscard]] std::shared_ptr<Asset> open(
        Inode inode, FileAddress address, std::optional<std::uint64_t> size) {
        const std::scoped_lock lock(mutex_);
        std::weak_ptr<Asset>& entry = assets_[inode];
        auto asset = entry.lock();
        if (!asset) {
            asset = std::make_shared<Asset>(context_, inode, std::move(address), size);
            entry = asset;
            std::erase_if(assets_, [](const auto& one) { return one.second.expired(); });
        }
        return asset;
    }

    [[nodiscard]] std::vector<std::shared_ptr<Asset>> all() const {
        const std::scoped_lock lock(mutex_);
        std::vector<std::shared_ptr<Asset>> assets;
        for (const auto& [inode, entry] : assets_) {
            if (auto asset = entry.lock()) {
                assets.push_back(std::move(asset));
            }
        }
        return assets;
    }

private:
    AssetContext& context_;
    mutable std::mutex mutex_;
    std::unordered_map<Inode, std::weak_ptr<Asset>> assets_;
};

} // namespace plex_tuner::vodfs
