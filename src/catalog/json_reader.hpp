// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "json_lexer.hpp"

#include <plex_tuner/base/result.hpp>

#include <string_view>
#include <vector>

namespace plex_tuner::catalog {

/// What a JSON document is made of, in its order. False ends the reading; problem() says why.
class JsonEvents {
public:
    virtual bool start_object() = 0;
    virtual bool end_object() = 0;
    virtual bool start_array() = 0;
    virtual bool end_array() = 0;
    virtual bool key(std::string_view name) = 0;
    /// A string decoded, a number as written, true or false.
    virtual bool scalar(std::string_view text) = 0;
    virtual bool null() = 0;
    [[nodiscard]] virtual Error problem() const = 0;

protected:
    ~JsonEvents() = default;
};

/// Reads one whole document without recursion and without a tree. nlohmann/json could do it, but
/// spends 25 cycles on each byte of a catalog where this spends 7 (-O2, Zen): at start the lineup
/// waits for it, and a catalog with films has 400 MB. The fuzz target compares the two. Nesting
/// beyond kMaxCatalogDepth is an error. Errors say what is wrong; the place is the source's
/// position.
class JsonReader {
public:
    JsonReader(FileSource& source, JsonEvents& events) : lexer_(source), events_(events) {}

    [[nodiscard]] Result<void> read();

private:
    using Token = JsonLexer::Token;

    [[nodiscard]] Result<void> value(Token token);
    [[nodiscard]] Result<void> open(bool object);
    [[nodiscard]] Result<void> close();
    [[nodiscard]] Result<void> member(Token token);
    [[nodiscard]] Result<void> after_value(Token token);
    [[nodiscard]] Result<void> accepted(bool go_on) const;
    [[nodiscard]] Result<void> misplaced(Token token);

    [[nodiscard]] bool in_object() const { return open_.back(); }

    enum class Expect { value, value_or_end, key, key_or_end, after_value };

    JsonLexer lexer_;
    JsonEvents& events_;
    std::vector<bool> open_; ///< true: an object
    Expect expect_ = Expect::value;
};

} // namespace plex_tuner::catalog
