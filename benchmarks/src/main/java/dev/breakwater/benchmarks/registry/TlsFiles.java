package dev.breakwater.benchmarks.registry;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A certificate for 127.0.0.1 that signs itself.
 *
 * @param certificate PEM
 * @param key PEM, PKCS #8
 */
public record TlsFiles(Path certificate, Path key) {
  public static TlsFiles make(Path folder) throws IOException, InterruptedException {
    TlsFiles files = new TlsFiles(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    Process process =
        new ProcessBuilder(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=127.0.0.1",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-out",
                files.certificate.toString(),
                "-keyout",
                files.key.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("openssl.log").toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("openssl could not make a certificate; see " + folder);
    }
    return files;
  }
}
