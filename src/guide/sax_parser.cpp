// SPDX-License-Identifier: GPL-3.0-or-later
#include "sax_parser.hpp"

#include <exception>
#include <new>

#include <expat.h>

namespace plex_tuner::guide {
namespace {

static_assert(sizeof(XML_Char) == 1, "expat must be built for UTF-8");

constexpr std::size_t kMaxDepth = 64;
/// A start tag larger than this is refused. Expat scans an incomplete one again with every chunk.
constexpr std::size_t kMaxTagBytes = std::size_t{1024} * 1024;

} // namespace

/// The noexcept barrier between C and us.
struct SaxParser::Callbacks {
    template <class Call>
    static void guarded(void* user, Call call) noexcept {
        auto& self = *static_cast<SaxParser*>(user);
        try {
            self.silent_bytes_ = 0;
            if (!call(self)) {
                self.stop(ErrorCode::cancelled, "stopped");
            }
        } catch (const std::exception&) {
            self.stop(ErrorCode::internal, "out of memory");
        }
    }

    static void start(void* user, const XML_Char* name, const XML_Char** attributes) noexcept {
        guarded(user, [&](SaxParser& self) {
            self.root_seen_ = true;
            if (++self.depth_ > kMaxDepth) {
                self.stop(ErrorCode::too_large,
                    "elements are nested more than " + std::to_string(kMaxDepth) + " deep");
                return true;
            }
            return self.handler_.start_element(name, attributes);
        });
    }

    static void end(void* user, const XML_Char* /*name*/) noexcept {
        guarded(user, [](SaxParser& self) {
            const bool go_on = self.handler_.end_element();
            if (--self.depth_ == 0 && go_on) {
                self.done_ = true;
                static_cast<void>(XML_StopParser(self.parser_.get(), XML_FALSE));
            }
            return go_on;
        });
    }

    static void text(void* user, const XML_Char* text, int length) noexcept {
        guarded(user, [&](SaxParser& self) {
            self.handler_.text({text, static_cast<std::size_t>(length)});
            return true;
        });
    }

    static void doctype(void* user, const XML_Char* /*name*/, const XML_Char* /*system_id*/,
        const XML_Char* /*public_id*/, int /*has_internal_subset*/) noexcept {
        guarded(user, [](SaxParser& self) {
            self.stop(ErrorCode::unsupported, "a document type where none may be");
            return true;
        });
    }
};

void SaxParser::FreeParser::operator()(XML_ParserStruct* parser) const noexcept {
    XML_ParserFree(parser);
}

SaxParser::SaxParser(SaxHandler& handler, Repair repair)
    : handler_(handler), parser_(XML_ParserCreate("UTF-8")) {
    if (repair == Repair::text_and_markup) {
        markup_repair_.emplace();
    }
    if (parser_ == nullptr) {
        throw std::bad_alloc();
    }
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), &Callbacks::start, &Callbacks::end);
    XML_SetCharacterDataHandler(parser_.get(), &Callbacks::text);
    // XmlRepair removes document types; should one slip through, it is refused here.
    XML_SetStartDoctypeDeclHandler(parser_.get(), &Callbacks::doctype);
}

SaxParser::~SaxParser() = default;

Result<void> SaxParser::feed(std::string_view bytes) {
    if (done_) {
        return {};
    }
    const auto decoded = decoder_.feed(bytes);
    if (!decoded) {
        return fail(decoded.error());
    }
    return mend_and_parse(repair_.feed(*decoded));
}

Result<void> SaxParser::finish() {
    if (done_) {
        return {};
    }
    const auto decoded = decoder_.finish();
    if (!decoded) {
        return fail(decoded.error());
    }
    if (auto parsed = mend_and_parse(repair_.feed(*decoded)); !parsed) {
        return parsed;
    }
    if (auto parsed = mend_and_parse(repair_.finish()); !parsed) {
        return parsed;
    }
    return parse(markup_repair_ ? markup_repair_->finish() : std::string_view(), true);
}

std::uint64_t SaxParser::event_begin() const noexcept {
    return static_cast<std::uint64_t>(XML_GetCurrentByteIndex(parser_.get()));
}

std::uint64_t SaxParser::event_end() const noexcept {
    return event_begin() + static_cast<std::uint64_t>(XML_GetCurrentByteCount(parser_.get()));
}

Result<void> SaxParser::mend_and_parse(std::string_view text) {
    return parse(markup_repair_ ? markup_repair_->feed(text) : text, false);
}

Result<void> SaxParser::parse(std::string_view text, bool final) {
    if (done_ || (text.empty() && !final)) {
        return {};
    }
    if (copy_) {
        copy_(text);
    }
    silent_bytes_ += text.size();
    const auto status = XML_Parse(
        parser_.get(), text.data(), static_cast<int>(text.size()), final ? XML_TRUE : XML_FALSE);
    if (done_) {
        return {};
    }
    if (status != XML_STATUS_OK) {
        return fail(current_error(final));
    }
    if (silent_bytes_ > kMaxTagBytes) {
        return fail(ErrorCode::too_large,
            "line " + std::to_string(XML_GetCurrentLineNumber(parser_.get())) +
                ": a tag has more than " + std::to_string(kMaxTagBytes) + " bytes");
    }
    return {};
}

Error SaxParser::current_error(bool final) const {
    if (stopped_ != nullptr && stopped_->code() == ErrorCode::cancelled) {
        return *stopped_;
    }
    const XML_Parser parser = parser_.get();
    const std::string where = "line " + std::to_string(XML_GetCurrentLineNumber(parser)) +
                              ", column " + std::to_string(XML_GetCurrentColumnNumber(parser) + 1);
    if (stopped_ != nullptr) {
        return {stopped_->code(), where + ": " + stopped_->message()};
    }
    if (final) {
        return root_seen_ ? Error(ErrorCode::parse, "the XML ends in the middle (" + where + ")")
                          : Error(ErrorCode::parse, "there is no XML element in it");
    }
    return {ErrorCode::parse, where + ": " + XML_ErrorString(XML_GetErrorCode(parser))};
}

void SaxParser::stop(ErrorCode code, std::string reason) {
    if (stopped_ == nullptr) {
        stopped_ = std::make_unique<Error>(code, std::move(reason));
        static_cast<void>(XML_StopParser(parser_.get(), XML_FALSE));
    }
}

} // namespace plex_tuner::guide
