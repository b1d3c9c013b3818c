// SPDX-License-Identifier: GPL-3.0-or-later
#include "xmltv_reader.hpp"

#include "sniff.hpp"
#include "xml_text.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/utf8.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner::guide {
namespace {

constexpr std::size_t kMaxIdBytes = 1024;
constexpr std::size_t kMaxNameBytes = 256;
constexpr std::size_t kMaxAttributeBytes = 1024;

/// clumpidx is left out: programmes that share a slot do not survive the removal of duplicates.
constexpr std::array<std::string_view, 4> kOtherAttributes{
    "pdc-start", "vps-start", "showview", "videoplus"};

[[nodiscard]] std::string_view attribute(
    const char* const* attributes, std::string_view name) noexcept {
    for (; attributes[0] != nullptr; attributes += 2) {
        if (attributes[0] == name) {
            return attributes[1];
        }
    }
    return {};
}

} // namespace

XmltvReader::XmltvReader(XmltvHandler& handler, Repair repair)
    : handler_(handler), parser_(*this, repair) {}

Result<void> XmltvReader::feed(std::string_view bytes) {
    return checked(parser_.feed(bytes));
}

Result<void> XmltvReader::finish() {
    return checked(parser_.finish());
}

Result<void> XmltvReader::checked(Result<void> parsed) const {
    return !parsed && wrong_root_ != nullptr ? fail(*wrong_root_) : parsed;
}

bool XmltvReader::start_element(std::string_view name, const char* const* attributes) {
    ++depth_;
    switch (depth_) {
    case 1:
        return start_root(name, attributes);
    case 2:
        if (name == "programme") {
            start_programme(attributes);
        } else if (name == "channel") {
            start_channel(attributes);
        } else {
            place_ = Place::ignored;
        }
        return true;
    default:
        if (place_ == Place::programme) {
            body_.start(name, attributes);
        } else if (place_ == Place::channel && depth_ == 3 && name == "icon" &&
                   channel_icon_.empty()) {
            channel_icon_ = attribute(attributes, "src").substr(0, kMaxAttributeBytes + 1);
        } else if (place_ == Place::channel && depth_ == 3 && name == "display-name" &&
                   channel_names_.size() < SourceChannel::kMaxNames) {
            channel_names_.emplace_back();
            in_name_ = true;
        }
        return true;
    }
}

bool XmltvReader::end_element() {
    --depth_;
    if (depth_ > 1) {
        if (place_ == Place::programme) {
            body_.end();
        }
        in_name_ = in_name_ && depth_ > 2;
        return true;
    }
    bool go_on = true;
    if (depth_ == 1) {
        if (place_ == Place::programme) {
            body_.finish();
            go_on = handler_.programme(body_);
        } else if (place_ == Place::channel) {
            std::erase_if(
                channel_names_, [](const std::string& name) { return ascii::trim(name).empty(); });
            handler_.channel(channel_id_, channel_names_,
                channel_icon_.size() > kMaxAttributeBytes ? "" : channel_icon_);
        }
    }
    place_ = Place::root;
    return go_on;
}

void XmltvReader::text(std::string_view text) {
    if (place_ == Place::programme) {
        body_.text(text);
    } else if (in_name_) {
        std::string& name = channel_names_.back();
        name += utf8::truncate(text, kMaxNameBytes - std::min(name.size(), kMaxNameBytes));
    }
}

bool XmltvReader::start_root(std::string_view name, const char* const* attributes) {
    if (name != "tv") {
        wrong_root_ = std::make_unique<Error>(wrong_root_error(name));
        return false;
    }
    place_ = Place::root;
    handler_.source_name(attribute(attributes, "source-info-name"));
    return true;
}

void XmltvReader::start_channel(const char* const* attributes) {
    place_ = Place::channel;
    channel_id_ = attribute(attributes, "id").substr(0, kMaxIdBytes);
    channel_icon_.clear();
    channel_names_.clear();
    in_name_ = false;
}

void XmltvReader::start_programme(const char* const* attributes) {
    ProgrammeHead head;
    others_.clear();
    for (; attributes[0] != nullptr; attributes += 2) {
        const std::string_view name = attributes[0];
        const std::string_view value = attributes[1];
        if (name == "channel") {
            head.channel = value;
        } else if (name == "start") {
            head.start = value;
        } else if (name == "stop") {
            head.stop = value;
        } else if (std::ranges::find(kOtherAttributes, name) != kOtherAttributes.end() &&
                   value.size() <= kMaxAttributeBytes) {
            others_ += ' ';
            others_ += name;
            others_ += "=\"";
            append_attribute(others_, value);
            others_ += '"';
        }
    }
    head.others = others_;
    place_ = Place::ignored;
    if (handler_.wants(head)) {
        place_ = Place::programme;
        body_.begin();
    }
}

} // namespace plex_tuner::guide
