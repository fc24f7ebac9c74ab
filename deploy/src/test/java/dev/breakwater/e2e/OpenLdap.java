package dev.breakwater.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Debian's slapd on loopback with a directory of its own. It takes no password in plain text:
 * whoever logs in has to begin TLS first.
 */
final class OpenLdap implements AutoCloseable {
  static final String BASE = "dc=example,dc=org";

  private static final String ROOT = "cn=root," + BASE;
  private static final String PASSWORD = "root-password";

  private final ServerProcess process;
  private final Path directory;
  private final Certificate certificate;
  private final int port;

  private OpenLdap(ServerProcess process, Path directory, Certificate certificate, int port) {
    this.process = process;
    this.directory = directory;
    this.certificate = certificate;
    this.port = port;
  }

  static OpenLdap start(Path directory) throws IOException {
    Path program = ClientProgram.require("slapd");
    Certificate certificate = Certificate.of("localhost", directory);
    int port = FreePort.find();
    Path configuration =
        Files.writeString(
            directory.resolve("slapd.conf"),
            """
            include /etc/ldap/schema/core.schema
            include /etc/ldap/schema/cosine.schema
            include /etc/ldap/schema/inetorgperson.schema
            modulepath /usr/lib/ldap
            moduleload back_mdb
            moduleload memberof
            TLSCertificateFile %s
            TLSCertificateKeyFile %s
            security simple_bind=64
            database mdb
            suffix "%s"
            rootdn "%s"
            rootpw %s
            directory %s
            overlay memberof
            """
                .formatted(
                    certificate.certificate(),
                    certificate.key(),
                    BASE,
                    ROOT,
                    PASSWORD,
                    Files.createDirectory(directory.resolve("slapd"))));
    // A debug level keeps it in the foreground.
    ServerProcess process =
        ServerProcess.start(
            List.of(
                program.toString(),
                "-d",
                "256",
                "-h",
                "ldap://127.0.0.1:" + port,
                "-f",
                configuration.toString()),
            Map.of(),
            directory,
            directory.resolve("slapd.log"));
    process.awaitLog(Duration.ofSeconds(30), log -> log.contains("slapd starting"));
    return new OpenLdap(process, directory, certificate, port);
  }

  String url() {
    return "ldap://localhost:" + port;
  }

  String searchDn() {
    return ROOT;
  }

  String searchPassword() {
    return PASSWORD;
  }

  Path authority() {
    return certificate.certificate();
  }

  /** Changes the directory, as LDIF says. */
  void change(String ldif) throws IOException {
    Path file = Files.writeString(directory.resolve("change.ldif"), ldif);
    Command.client("ldapmodify", "-ZZ", "-H", url(), "-D", ROOT, "-w", PASSWORD, "-f", file)
        .with("LDAPTLS_REQCERT", "never")
        .succeed();
  }

  void addOrganisation() throws IOException {
    change(
        """
        dn: %s
        changetype: add
        objectClass: dcObject
        objectClass: organization
        dc: example
        o: Example
        """
            .formatted(BASE));
  }

  void addPerson(String name, String password) throws IOException {
    change(
        """
        dn: uid=%s,%s
        changetype: add
        objectClass: inetOrgPerson
        uid: %s
        cn: %s
        sn: %s
        mail: %s@example.org
        userPassword: %s
        """
            .formatted(name, BASE, name, name, name, name, password));
  }

  void addGroup(String name, String... members) throws IOException {
    StringBuilder ldif =
        new StringBuilder(
            """
            dn: cn=%s,%s
            changetype: add
            objectClass: groupOfNames
            cn: %s
            """
                .formatted(name, BASE, name));
    for (String member : members) {
      ldif.append("member: uid=").append(member).append(',').append(BASE).append('\n');
    }
    change(ldif.toString());
  }

  void removeFromGroup(String name, String member) throws IOException {
    change(
        """
        dn: cn=%s,%s
        changetype: modify
        delete: member
        member: uid=%s,%s
        """
            .formatted(name, BASE, member, BASE));
  }

  @Override
  public void close() {
    process.close();
  }
}
