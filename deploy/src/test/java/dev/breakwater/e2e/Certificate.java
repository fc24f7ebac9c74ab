package dev.breakwater.e2e;

import java.nio.file.Path;

/**
 * A self-signed certificate for one host.
 *
 * @param certificate its PEM file, also the authority to trust
 * @param key its private key's PEM file
 */
record Certificate(Path certificate, Path key) {

  static Certificate of(String host, Path directory) {
    Path certificate = directory.resolve(host + ".crt");
    Path key = directory.resolve(host + ".key");
    Command.of(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=" + host,
            "-addext",
            "subjectAltName=DNS:" + host,
            "-keyout",
            key,
            "-out",
            certificate)
        .succeed();
    return new Certificate(certificate, key);
  }
}
