package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedExtendedRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchEntry;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSimpleBindRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import dev.breakwater.core.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories on {@code ldap://}: such as begin TLS when asked, and such as do not. */
final class LdapStartTlsTest {
  @TempDir static Path data;
  private static SSLContext known;
  private static SSLContext stranger;
  private static RunningRegistry registry;
  private static ApiClient admin;

  @BeforeAll
  static void start() throws Exception {
    TestCertificate certificate = TestCertificate.create("known");
    known = certificate.server();
    stranger = TestCertificate.create("stranger").server();
    registry =
        RunningRegistry.start(
            data.resolve("registry"),
            Map.of(
                "BREAKWATER_SECURITY_ALLOW_INTERNAL_TARGETS",
                "true",
                "BREAKWATER_LDAP_CA_CERTIFICATE",
                Files.writeString(data.resolve("directory.pem"), certificate.pem()).toString()));
    admin = ApiClient.admin(registry);
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  /** slapd counts what it has answered as outstanding for a moment more, and then begins no TLS. */
  @Test
  void asksForTlsBeforeAnythingElse() throws Exception {
    Requests requests = new Requests(null);
    try (InMemoryDirectoryServer server = directory(known, requests)) {
      assertThat(ping(server).get("success").bool()).contains(true);
      assertThat(requests.seen).containsExactly("bind", "search");
    }
  }

  @Test
  void speaksInPlainTextToADirectoryThatOffersNoTls() throws Exception {
    Requests requests = new Requests(null);
    try (InMemoryDirectoryServer server = directory(null, requests)) {
      assertThat(ping(server).get("success").bool()).contains(true);
      assertThat(requests.seen).contains("bind");
    }
  }

  @Test
  void sendsNoPasswordToADirectoryThatOffersTlsAndRefusesIt() throws Exception {
    Requests requests = new Requests(ResultCode.UNAVAILABLE);
    try (InMemoryDirectoryServer server = directory(null, requests)) {
      assertThat(ping(server).get("success").bool()).contains(false);
      assertThat(requests.seen).contains("extended").doesNotContain("bind");
    }
  }

  @Test
  void sendsNoPasswordToADirectoryWithAnUnknownCertificate() throws Exception {
    Requests requests = new Requests(null);
    try (InMemoryDirectoryServer server = directory(stranger, requests)) {
      assertThat(ping(server).get("success").bool()).contains(false);
      assertThat(requests.seen).doesNotContain("bind");
    }
  }

  private static JsonValue ping(InMemoryDirectoryServer server) {
    return admin
        .post(
            "/api/v2.0/ldap/ping",
            """
            {"ldap_url": "ldap://localhost:%d", "ldap_search_dn": "cn=search,dc=example",
             "ldap_search_password": "search-password", "ldap_base_dn": "dc=example",
             "ldap_uid": "uid", "ldap_verify_cert": true}
            """
                .formatted(server.getListenPort()))
        .require(200)
        .json();
  }

  private static InMemoryDirectoryServer directory(@Nullable SSLContext tls, Requests requests)
      throws Exception {
    InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=example");
    config.addAdditionalBindCredentials("cn=search,dc=example", "search-password");
    config.setListenerConfigs(
        InMemoryListenerConfig.createLDAPConfig(
            "plain", null, 0, tls == null ? null : tls.getSocketFactory()));
    config.setSchema(null);
    config.addInMemoryOperationInterceptor(requests);
    InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
    server.add("dn: dc=example", "objectClass: domain", "dc: example");
    server.startListening();
    return server;
  }

  /** Takes down what is asked; TLS that has begun was begun before this could see it. */
  private static final class Requests extends InMemoryOperationInterceptor {
    private final Collection<String> seen = new ConcurrentLinkedQueue<>();
    private final @Nullable ResultCode refusal;

    /**
     * @param refusal with what a server without TLS, which says that it has it, refuses to begin it
     */
    Requests(@Nullable ResultCode refusal) {
      this.refusal = refusal;
    }

    @Override
    public void processExtendedRequest(InMemoryInterceptedExtendedRequest request)
        throws LDAPException {
      seen.add("extended");
      if (refusal != null) {
        throw new LDAPException(refusal, "no TLS today");
      }
    }

    @Override
    public void processSearchRequest(InMemoryInterceptedSearchRequest request) {
      seen.add(request.getRequest().getBaseDN().isEmpty() ? "root" : "search");
    }

    @Override
    public void processSearchEntry(InMemoryInterceptedSearchEntry entry) {
      if (refusal != null && entry.getRequest().getBaseDN().isEmpty()) {
        Entry root = entry.getSearchEntry().duplicate();
        root.addAttribute("supportedExtension", StartTLSExtendedRequest.STARTTLS_REQUEST_OID);
        entry.setSearchEntry(root);
      }
    }

    @Override
    public void processSimpleBindRequest(InMemoryInterceptedSimpleBindRequest request) {
      seen.add("bind");
    }
  }
}
