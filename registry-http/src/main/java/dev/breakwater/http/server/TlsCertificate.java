package dev.breakwater.http.server;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's certificate, read again when its files change. Files that cannot be read, or that do
 * not fit each other (yet), leave the certificate as it is: {@link #reloadIfChanged} tries again.
 */
public final class TlsCertificate {
  private static final Logger log = LoggerFactory.getLogger(TlsCertificate.class);

  private final TlsFiles files;
  private volatile SslContext context;
  private Stamp loaded;
  private @Nullable Stamp refused;

  private TlsCertificate(TlsFiles files, SslContext context, Stamp loaded) {
    this.files = files;
    this.context = context;
    this.loaded = loaded;
  }

  /**
   * Reads the files. Blocks.
   *
   * @throws IOException with a sentence that names the file and what is wrong with it
   */
  public static TlsCertificate load(TlsFiles files) throws IOException {
    Stamp stamp = Stamp.of(files);
    return new TlsCertificate(files, read(files), stamp);
  }

  /** For new connections; those that exist keep theirs. */
  SslContext current() {
    return context;
  }

  /** Looks at the files and reads them if they are not what was read before. Blocks. */
  public synchronized void reloadIfChanged() {
    try {
      Stamp stamp = Stamp.of(files);
      if (stamp.equals(loaded) || stamp.equals(refused)) {
        return;
      }
      refused = stamp;
      context = read(files);
      loaded = stamp;
      log.info("TLS certificate {} was renewed", files.certificate());
    } catch (IOException e) {
      log.error("the TLS certificate stays as it was: {}", e.getMessage());
    }
  }

  private static SslContext read(TlsFiles files) throws IOException {
    SslProvider provider = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    try {
      SslContext context =
          SslContextBuilder.forServer(files.certificate().toFile(), files.key().toFile())
              .sslProvider(provider)
              .protocols("TLSv1.3", "TLSv1.2")
              .applicationProtocolConfig(
                  new ApplicationProtocolConfig(
                      Protocol.ALPN,
                      SelectorFailureBehavior.NO_ADVERTISE,
                      SelectedListenerFailureBehavior.ACCEPT,
                      ApplicationProtocolNames.HTTP_2,
                      ApplicationProtocolNames.HTTP_1_1))
              .build();
      TrialHandshake.make(context, provider);
      return context;
    } catch (IllegalArgumentException | IOException e) {
      throw new IOException(
          "tls.certificate "
              + files.certificate()
              + " and tls.key "
              + files.key()
              + " cannot be used: "
              + e.getMessage()
              + "; expected PEM files that belong together, the key not encrypted",
          e);
    }
  }

  private record Stamp(FileTime certificate, long certificateSize, FileTime key, long keySize) {
    static Stamp of(TlsFiles files) throws IOException {
      return new Stamp(
          time(files.certificate()),
          size(files.certificate()),
          time(files.key()),
          size(files.key()));
    }

    private static FileTime time(Path file) throws IOException {
      return Files.getLastModifiedTime(file);
    }

    private static long size(Path file) throws IOException {
      return Files.size(file);
    }
  }
}
