// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "markup_repair.hpp"
#include "text_decoder.hpp"
#include "xml_repair.hpp"

#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

struct XML_ParserStruct;

namespace plex_tuner::guide {

/// What SaxParser calls. Every view is UTF-8 and valid during the call only. Returning false stops
/// the parse for good; the handler remembers why.
class SaxHandler {
public:
    SaxHandler() = default;
    SaxHandler(const SaxHandler&) = delete;
    SaxHandler& operator=(const SaxHandler&) = delete;
    virtual ~SaxHandler() = default;

    /// `attributes`: name, value, …, nullptr.
    [[nodiscard]] virtual bool start_element(
        std::string_view name, const char* const* attributes) = 0;
    [[nodiscard]] virtual bool end_element() = 0;
    /// The text of one element comes in pieces.
    virtual void text(std::string_view text) = 0;
};

/// What is mended before the parser sees it: XmlRepair alone, or MarkupRepair too.
enum class Repair : std::uint8_t { text, text_and_markup };

/// XML in any encoding and any chunking, tolerant where the repair is, strict elsewhere. Nothing is
/// fetched, no entity is expanded, and depth and size of elements are bounded. What follows the end
/// of the root element is ignored. Not thread-safe.
class SaxParser {
public:
    explicit SaxParser(SaxHandler& handler, Repair repair = Repair::text);
    ~SaxParser();
    SaxParser(const SaxParser&) = delete;
    SaxParser& operator=(const SaxParser&) = delete;

    /// Errors name line and column. After an error the parser is of no further use; `cancelled`
    /// means that the handler stopped it.
    [[nodiscard]] Result<void> feed(std::string_view bytes);
    /// The end of the input; an error when the root element is still open.
    [[nodiscard]] Result<void> finish();

    /// `copy` gets the text, decoded and mended, before it is parsed. Before the first feed().
    void copy_to(std::function<void(std::string_view)> copy) { copy_ = std::move(copy); }

    /// In a call of the handler: where its tag begins and ends in that text, in bytes. Of an
    /// element of one tag ("<a/>") both are that tag's end when the element ends.
    [[nodiscard]] std::uint64_t event_begin() const noexcept;
    [[nodiscard]] std::uint64_t event_end() const noexcept;

private:
    struct Callbacks;

    struct FreeParser {
        void operator()(XML_ParserStruct* parser) const noexcept;
    };

    [[nodiscard]] Result<void> mend_and_parse(std::string_view text);
    [[nodiscard]] Result<void> parse(std::string_view text, bool final);
    [[nodiscard]] Error current_error(bool final) const;
    void stop(ErrorCode code, std::string reason);

    SaxHandler& handler_;
    std::function<void(std::string_view)> copy_;
    TextDecoder decoder_;
    XmlRepair repair_;
    std::optional<MarkupRepair> markup_repair_;
    std::unique_ptr<XML_ParserStruct, FreeParser> parser_;
    std::unique_ptr<Error> stopped_; ///< why a callback stopped the parser
    std::size_t depth_ = 0;
    std::size_t silent_bytes_ = 0; ///< fed since the last event
    bool root_seen_ = false;
    bool done_ = false;
};

} // namespace plex_tuner::guide
