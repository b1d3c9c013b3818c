// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/net/page_head.hpp>

namespace plex_tuner::net {

namespace {

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--line:#8884;--accent:#c77c02}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem}
.sub{opacity:.7;margin:0 0 1.5rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1.25rem;margin:0}
dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}code{font-size:.95em;user-select:all}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line)}
th{font-weight:600;opacity:.7}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;width:5rem}
.note{border-left:4px solid var(--accent);padding:.4rem .9rem;margin:1.2rem 0;background:#c77c0215}
a{color:var(--accent)}
)";

} // namespace

std::string page_head(std::string_view title) {
    std::string head = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                       "<meta name=\"viewport\" content=\"width=device-width\">"
                       "<link rel=\"icon\" href=\"data:,\"><title>";
    append_html(head, title);
    head.append("</title><style>").append(kStyle).append("</style></head>\n<body>");
    return head;
}

} // namespace plex_tuner::net
