package dev.breakwater.benchmarks.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** One HTTP/1.1 connection that is kept alive. Blocking, for one thread at a time. */
public final class Connection implements Getter {
  private static final SSLSocketFactory TLS = AnyCertificate.sockets();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Endpoint endpoint;
  private final SocketChannel channel;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  public Connection(Endpoint endpoint) throws IOException {
    this(endpoint, 0);
  }

  /**
   * @param receiveBuffer how many bytes the system may take in before they are read; 0 for its own
   *     choice
   */
  public Connection(Endpoint endpoint, int receiveBuffer) throws IOException {
    this.endpoint = endpoint;
    this.channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      if (receiveBuffer > 0) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
      }
      channel.connect(new InetSocketAddress(Endpoint.HOST, endpoint.port()));
      this.socket = endpoint.tls() ? secure(channel.socket(), endpoint) : channel.socket();
      socket.setSoTimeout((int) PATIENCE.toMillis());
      this.in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
      this.out = socket.getOutputStream();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static Socket secure(Socket plain, Endpoint endpoint) throws IOException {
    SSLSocket secured = (SSLSocket) TLS.createSocket(plain, Endpoint.HOST, endpoint.port(), true);
    secured.setEnabledProtocols(new String[] {"TLSv1.3"});
    secured.setEnabledCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"});
    secured.startHandshake();
    return secured;
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  public Response send(String method, String target) throws IOException {
    return send(method, target, Map.of(), Body.NONE);
  }

  /**
   * Gets something and drops it.
   *
   * @return how many bytes the body had; every one of them has arrived
   */
  @Override
  public long get(String target, Map<String, String> headers) throws IOException {
    Response answer = send("GET", target, headers, Body.NONE);
    if (answer.status() != 200) {
      answer.expect(200);
    }
    return answer.discard().length();
  }

  /** Sends a request and reads the answer's head; its body must be read before the next request. */
  public Response send(String method, String target, Map<String, String> headers, Body body)
      throws IOException {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("Host", endpoint.authority());
    if (!method.equals("GET") && !method.equals("HEAD")) {
      all.put("Content-Length", Long.toString(body.length()));
    }
    all.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    if (body instanceof Body.FromFile file && !endpoint.tls()) {
      file.sendTo(channel);
    } else {
      body.writeTo(out);
    }
    return Response.read(in, method);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
