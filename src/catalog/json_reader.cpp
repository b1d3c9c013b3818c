// SPDX-License-Identifier: GPL-3.0-or-later
#include "json_reader.hpp"

#include <plex_tuner/catalog/catalog_file.hpp>

namespace plex_tuner::catalog {

Result<void> JsonReader::read() {
    do {
        const Token token = lexer_.next();
        Result<void> step;
        switch (expect_) {
        case Expect::value_or_end:
            step = token == Token::end_array ? close() : value(token);
            break;
        case Expect::value:
            step = value(token);
            break;
        case Expect::key_or_end:
            step = token == Token::end_object ? close() : member(token);
            break;
        case Expect::key:
            step = member(token);
            break;
        case Expect::after_value:
            step = after_value(token);
            break;
        }
        if (!step) {
            return step;
        }
    } while (!open_.empty() || expect_ != Expect::after_value);
    const Token last = lexer_.next();
    return last == Token::end ? Result<void>() : misplaced(last);
}

Result<void> JsonReader::accepted(bool go_on) const {
    return go_on ? Result<void>() : fail(events_.problem());
}

Result<void> JsonReader::misplaced(Token token) {
    if (token == Token::error) {
        return fail(lexer_.error());
    }
    if (token == Token::end) {
        return fail(lexer_.complaint());
    }
    return fail(ErrorCode::parse, "this is no JSON");
}

Result<void> JsonReader::value(Token token) {
    switch (token) {
    case Token::begin_object:
        return open(true);
    case Token::begin_array:
        return open(false);
    default:
        break;
    }
    expect_ = Expect::after_value;
    switch (token) {
    case Token::string:
    case Token::number:
        return accepted(events_.scalar(lexer_.text()));
    case Token::literal_true:
        return accepted(events_.scalar("true"));
    case Token::literal_false:
        return accepted(events_.scalar("false"));
    case Token::literal_null:
        return accepted(events_.null());
    default:
        return misplaced(token);
    }
}

Result<void> JsonReader::open(bool object) {
    if (open_.size() >= kMaxCatalogDepth) {
        return fail(ErrorCode::parse, "it is nested too deeply");
    }
    open_.push_back(object);
    expect_ = object ? Expect::key_or_end : Expect::value_or_end;
    return accepted(object ? events_.start_object() : events_.start_array());
}

Result<void> JsonReader::close() {
    const bool object = in_object();
    open_.pop_back();
    expect_ = Expect::after_value;
    return accepted(object ? events_.end_object() : events_.end_array());
}

Result<void> JsonReader::member(Token token) {
    if (token != Token::string) {
        return misplaced(token);
    }
    if (!events_.key(lexer_.text())) {
        return fail(events_.problem());
    }
    const Token colon = lexer_.next();
    expect_ = Expect::value;
    return colon == Token::colon ? Result<void>() : misplaced(colon);
}

Result<void> JsonReader::after_value(Token token) {
    if (token == (in_object() ? Token::end_object : Token::end_array)) {
        return close();
    }
    expect_ = in_object() ? Expect::key : Expect::value;
    return token == Token::comma ? Result<void>() : misplaced(token);
}

} // namespace plex_tuner::catalog
