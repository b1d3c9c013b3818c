// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_pms_providers.hpp"

#include <stdexcept>

#include <zlib.h>

namespace plex_tuner::testing {

namespace {

constexpr std::size_t kChunk = 700;

PmsNode provider_of(const PmsDvr& dvr) {
    const std::string identifier = "tv.plex.providers.epg.xmltv:" + std::to_string(dvr.key);
    PmsNode provider{.name = "MediaProvider"};
    provider.number("id", dvr.key).set("identifier", identifier);
    provider.set("providerIdentifier", "tv.plex.providers.epg.xmltv");
    provider.set("title", "Live TV & DVR").set("friendlyName", "Fake PMS");
    provider.set("sourceTitle", "Fake PMS").set("types", "video").set("protocols", "livetv");
    PmsNode content{.name = "Feature"};
    content.set("type", "content");
    PmsNode all{.name = "Directory"};
    all.set("id", identifier).set("key", "/" + identifier).set("title", "Live TV & DVR");
    PmsNode guide{.name = "Directory"};
    guide.set("key", "/" + identifier + "/watchnow").set("title", "Guide");
    content.children = {all, guide};
    PmsNode grid{.name = "Feature"};
    grid.set("type", "grid").set("key", "/" + identifier + "/grid");
    provider.children = {content, grid};
    return provider;
}

PmsNode providers_of(const FakePms& pms) {
    const auto dvrs = pms.dvrs();
    PmsNode root = pms_container(dvrs.size() + 1);
    root.set("friendlyName", "Fake PMS").set("identifier", "com.plexapp.plugins.library");
    PmsNode library{.name = "MediaProvider"};
    library.set("identifier", "com.plexapp.plugins.library").set("title", "Library");
    root.children.push_back(library);
    for (const PmsDvr& dvr : dvrs) {
        root.children.push_back(provider_of(dvr));
    }
    return root;
}

PmsNode root_of(const std::string& identifier) {
    PmsNode root = pms_container(1);
    root.set("identifier", identifier).set("title1", "Live TV & DVR").set("title2", "Guide");
    PmsNode guide{.name = "Directory"};
    guide.set("key", "/" + identifier + "/watchnow").set("title", "Guide");
    root.children.push_back(guide);
    return root;
}

std::string in_chunks(std::string_view body) {
    std::string out;
    while (!body.empty()) {
        const std::string_view piece = body.substr(0, kChunk);
        char size[32];
        std::snprintf(size, sizeof size, "%zx;note=1\r\n", piece.size());
        out.append(size).append(piece).append("\r\n");
        body.remove_prefix(piece.size());
    }
    return out + "0\r\nX-End: yes\r\n\r\n";
}

void answer(ProviderConnection& connection, const ProviderRequest& request, const PmsNode& node,
    PmsProviders how) {
    const bool json = how.json || request.header("accept") == "application/json";
    std::string body = json ? pms_json(node, {}) : pms_xml(node);
    std::string head = "HTTP/1.1 200 OK\r\nX-Plex-Protocol: 1.0\r\nETag: \"1\"\r\nContent-Type: ";
    head += json ? "application/json\r\n" : "text/xml;charset=utf-8\r\n";
    if (how.gzip) {
        body = gzipped(body);
        head += "Content-Encoding: gzip\r\n";
    }
    if (how.chunked) {
        body = in_chunks(body);
        head += "Transfer-Encoding: chunked\r\n\r\n";
    } else {
        head += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    }
    connection.keep();
    connection.send(head + body);
}

} // namespace

std::string gzipped(std::string_view text) {
    z_stream stream{};
    constexpr int kGzip = 16;
    if (deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("zlib");
    }
    std::string out(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

void serve_providers(FakePms& pms, PmsProviders how) {
    pms.server().on("/media/providers",
        [&pms, how](ProviderConnection& connection, const ProviderRequest& request) {
            answer(connection, request, providers_of(pms), how);
        });
    for (const PmsDvr& dvr : pms.dvrs()) {
        const std::string identifier = "tv.plex.providers.epg.xmltv:" + std::to_string(dvr.key);
        pms.server().on("/" + identifier,
            [identifier, how](ProviderConnection& connection, const ProviderRequest& request) {
                answer(connection, request, root_of(identifier), how);
            });
    }
}

} // namespace plex_tuner::testing
