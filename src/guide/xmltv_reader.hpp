// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "programme_body.hpp"
#include "sax_parser.hpp"

#include <plex_tuner/base/result.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::guide {

/// The attributes of a <programme>, as they stand in the source; empty when missing.
struct ProgrammeHead {
    std::string_view channel;
    std::string_view start;
    std::string_view stop;
    /// The other attributes the DTD knows, escaped, each with a leading blank.
    std::string_view others;
};

/// Receives an XMLTV document. Views are valid during the call.
class XmltvHandler {
public:
    XmltvHandler() = default;
    XmltvHandler(const XmltvHandler&) = delete;
    XmltvHandler& operator=(const XmltvHandler&) = delete;
    virtual ~XmltvHandler() = default;

    virtual void source_name(std::string_view name) = 0;
    /// `names` are its display-names, in UTF-8; `icon` may be empty.
    virtual void channel(
        std::string_view id, std::span<const std::string> names, std::string_view icon) = 0;
    /// Asked only where the programmes of a source are sorted by channel, of each channel id before
    /// its programmes: whether any of them is worth reading.
    [[nodiscard]] virtual bool wants_channel(std::string_view id, std::size_t programmes) = 0;
    /// Whether the children of this programme are worth reading. If so, programme() follows.
    [[nodiscard]] virtual bool wants(const ProgrammeHead& head) = 0;
    /// False stops the reader: the output has failed.
    [[nodiscard]] virtual bool programme(const ProgrammeBody& body) = 0;
};

/// Reads one XMLTV document from bytes in any encoding and any chunking.
class XmltvReader final : private SaxHandler {
public:
    explicit XmltvReader(XmltvHandler& handler, Repair repair = Repair::text);

    /// Errors as SaxParser's, and `parse` when the root element is not <tv>.
    [[nodiscard]] Result<void> feed(std::string_view bytes);
    [[nodiscard]] Result<void> finish();

private:
    enum class Place { outside, root, channel, programme, ignored };

    [[nodiscard]] bool start_element(std::string_view name, const char* const* attributes) override;
    [[nodiscard]] bool end_element() override;
    void text(std::string_view text) override;

    [[nodiscard]] bool start_root(std::string_view name, const char* const* attributes);
    void start_channel(const char* const* attributes);
    void start_programme(const char* const* attributes);
    [[nodiscard]] Result<void> checked(Result<void> parsed) const;

    XmltvHandler& handler_;
    SaxParser parser_;
    ProgrammeBody body_;
    Place place_ = Place::outside;
    std::size_t depth_ = 0; ///< of the element that is open
    std::string channel_id_;
    std::string channel_icon_;
    std::vector<std::string> channel_names_;
    bool in_name_ = false; ///< inside of a display-name
    std::string others_;
    std::unique_ptr<Error> wrong_root_;
};

} // namespace plex_tuner::guide
