// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "programme_body.hpp"
#include "sax_parser.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace plex_tuner::guide {

/// Drives the body from XML; the root element is the programme.
class Driver final : public SaxHandler {
public:
    explicit Driver(ProgrammeBody& body) : body_(body) {}

    bool start_element(std::string_view name, const char* const* attributes) override {
        if (depth_++ > 0) {
            body_.start(name, attributes);
        }
        return true;
    }

    bool end_element() override {
        if (--depth_ > 0) {
            body_.end();
        }
        return true;
    }

    void text(std::string_view text) override { body_.text(text); }

private:
    ProgrammeBody& body_;
    int depth_ = 0;
};

/// Fills the body from the children of a programme.
inline void read_children(const std::string& children, ProgrammeBody& body) {
    body.begin();
    Driver driver(body);
    SaxParser parser(driver);
    EXPECT_TRUE(parser.feed("<programme>" + children + "</programme>"));
    body.finish();
}

} // namespace plex_tuner::guide
