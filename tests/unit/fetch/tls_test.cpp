// SPDX-License-Identifier: GPL-3.0-or-later
#include "fetch_fixture.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/base/atomic_file.hpp>

#include <csignal>

#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace plex_tuner::fetch::testing {
namespace {

using ::testing::HasSubstr;

template <class T, void (*Free)(T*)>
struct Freer {
    void operator()(T* object) const { Free(object); }
};

using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509, X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Freer<SSL_CTX, SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freer<SSL, SSL_free>>;

/// A certificate that speaks for itself and for 127.0.0.1.
Certificate make_certificate(EVP_PKEY* key) {
    Certificate certificate(X509_new());
    X509* x = certificate.get();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, key);
    X509_NAME* name = X509_get_subject_name(x);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
        reinterpret_cast<const unsigned char*>("plex-tuner test"), -1, -1, 0);
    X509_set_issuer_name(x, name);
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, x, x, nullptr, nullptr, 0);
    for (const auto& [id, value] : {std::pair{NID_subject_alt_name, "IP:127.0.0.1"},
             std::pair{NID_basic_constraints, "critical,CA:TRUE"}}) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value);
        X509_add_ext(x, extension, -1);
        X509_EXTENSION_free(extension);
    }
    X509_sign(x, key, EVP_sha256());
    return certificate;
}

class TlsTest : public FetchTest {
protected:
    void SetUp() override {
        std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL
        key_.reset(EVP_EC_gen("P-256"));
        certificate_ = make_certificate(key_.get());
        context_tls_.reset(SSL_CTX_new(TLS_server_method()));
        SSL_CTX_use_certificate(context_tls_.get(), certificate_.get());
        SSL_CTX_use_PrivateKey(context_tls_.get(), key_.get());
        std::unique_ptr<BIO, Freer<BIO, BIO_free_all>> text(BIO_new(BIO_s_mem()));
        PEM_write_bio_X509(text.get(), certificate_.get());
        char* data = nullptr;
        const long size = BIO_get_mem_data(text.get(), &data);
        auto file = AtomicFile::create(bundle());
        ASSERT_TRUE(file);
        ASSERT_TRUE(file->write({data, static_cast<std::size_t>(size)}));
        ASSERT_TRUE(file->commit());
    }

    [[nodiscard]] std::filesystem::path bundle() const { return directory_.path() / "ca.pem"; }

    void serve(Connection& connection) {
        Session session(SSL_new(context_tls_.get()));
        SSL_set_fd(session.get(), connection.fd());
        if (SSL_accept(session.get()) != 1) {
            return;
        }
        char request[4096];
        if (SSL_read(session.get(), request, sizeof request) > 0) {
            const std::string answer = response(200, "secret garden");
            SSL_write(session.get(), answer.data(), static_cast<int>(answer.size()));
        }
        SSL_shutdown(session.get()); // the client may be gone: SIGPIPE is ignored, see SetUp
    }

    Url https(const ScriptedOrigin& origin) {
        return *Url::parse("https://127.0.0.1:" + std::to_string(origin.port()) + "/x");
    }

    plex_tuner::testing::TemporaryDirectory directory_;
    Key key_;
    Certificate certificate_;
    Context context_tls_;
    ScriptedOrigin origin_{[this](Connection& connection) {
        serve(connection);
    }};
};

TEST_F(TlsTest, UnknownCertificateIsRefusedWithTheRemedy) {
    const Error error = error_of(Request(https(origin_)));
    EXPECT_EQ(error.code(), ErrorCode::network);
    EXPECT_THAT(error.message(), HasSubstr("TLS certificate of 127.0.0.1"));
    EXPECT_THAT(error.message(), HasSubstr("PLEX_TUNER_CA_BUNDLE"));
}

TEST_F(TlsTest, CertificateOfTheBundleIsAccepted) {
    use_ca_bundle(bundle().string());
    const auto answer = get(https(origin_));
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->body, "secret garden");
}

TEST_F(TlsTest, RedirectsMayChangeBetweenHttpAndHttps) {
    use_ca_bundle(bundle().string());
    ScriptedOrigin plain(ScriptedOrigin::answering([&](const std::string&) {
        return response(302, "", "Location: " + https(origin_).text() + "\r\n");
    }));
    const auto answer = get(plain.url("/"));
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->body, "secret garden");
    EXPECT_EQ(answer->head.effective_url, https(origin_));
}

TEST_F(TlsTest, MissingBundleIsNamedWithTheRemedy) {
    use_ca_bundle((directory_.path() / "none.pem").string());
    const Error error = error_of(Request(https(origin_)));
    EXPECT_EQ(error.code(), ErrorCode::network);
    EXPECT_THAT(error.message(), HasSubstr("none.pem"));
    EXPECT_THAT(error.message(), HasSubstr("PLEX_TUNER_CA_BUNDLE"));
}

TEST_F(TlsTest, ServerWithoutTlsIsNamed) {
    ScriptedOrigin plain([](Connection& connection) {
        connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        connection.wait_for_close();
    });
    const Error error = error_of(Request(https(plain)));
    EXPECT_EQ(error.code(), ErrorCode::network);
    EXPECT_THAT(error.message(), HasSubstr("TLS handshake"));
}

} // namespace
} // namespace plex_tuner::fetch::testing
