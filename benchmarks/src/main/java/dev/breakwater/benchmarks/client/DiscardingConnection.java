package dev.breakwater.benchmarks.client;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An HTTP/1.1 connection whose answers are dropped inside the kernel ({@code MSG_TRUNC}, tcp(7)),
 * so that next to nothing of the measured time is the client's. Linux only; blocking, for one
 * thread.
 */
public final class DiscardingConnection implements Getter {
  private static final int AF_INET = 2;
  private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
  private static final int MSG_WAITALL = 0x100;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MAX_HEAD = 4096;
  private static final int LARGEST_READ = 1 << 30;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SOCKET =
      function(
          "socket",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT));
  private static final MethodHandle CONNECT =
      function(
          "connect",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT));
  private static final FunctionDescriptor TRANSFER =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT);
  private static final MethodHandle SEND = function("send", TRANSFER);
  private static final MethodHandle RECEIVE = function("recv", TRANSFER);
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private final Endpoint endpoint;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment state = arena.allocate(STATE);
  private final MemorySegment head = arena.allocate(MAX_HEAD);
  private final int descriptor;

  public DiscardingConnection(Endpoint endpoint) throws IOException {
    this.endpoint = endpoint;
    this.descriptor = socket();
    connect();
  }

  /**
   * Gets something and drops it.
   *
   * @return how many bytes the body had; every one of them has arrived
   */
  @Override
  public long get(String target, Map<String, String> headers) throws IOException {
    StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\n");
    request.append("Host: ").append(endpoint.authority()).append("\r\n");
    headers.forEach(
        (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
    sendAll(request.append("\r\n").toString());

    int received = 0;
    int end = -1;
    while (end < 0) {
      received += (int) receive(head.asSlice(received), MAX_HEAD - received, 0);
      end = text(received).indexOf("\r\n\r\n");
      if (end < 0 && received == MAX_HEAD) {
        throw new IOException("the answer's head is longer than " + MAX_HEAD + " bytes");
      }
    }
    String answer = text(end + 2);
    long length = contentLength(answer);
    if (!answer.startsWith("HTTP/1.1 200 ")) {
      throw new IOException(answer.lines().findFirst().orElse(""));
    }
    long left = length - (received - (end + 4));
    while (left > 0) {
      left -= receive(MemorySegment.NULL, Math.min(left, LARGEST_READ), MSG_TRUNC | MSG_WAITALL);
    }
    return length;
  }

  @Override
  public void close() throws IOException {
    try {
      check("close", (int) CLOSE.invokeExact(state, descriptor));
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unusable(e);
    } finally {
      arena.close();
    }
  }

  private static long contentLength(String answer) throws IOException {
    for (String line : answer.split("\r\n", -1)) {
      if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        return Long.parseLong(line.substring(15).strip());
      }
    }
    throw new IOException("no Content-Length: " + answer);
  }

  private String text(int length) {
    return new String(
        head.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
  }

  private int socket() throws IOException {
    try {
      return (int)
          check("socket", (int) SOCKET.invokeExact(state, AF_INET, SOCK_STREAM_CLOEXEC, 0));
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unusable(e);
    }
  }

  private void connect() throws IOException {
    // struct sockaddr_in: family, port and address, the last two in network order.
    MemorySegment address = arena.allocate(16);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
    address.set(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) endpoint.port());
    address.set(ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN), 4, 0x7f000001);
    try {
      check("connect", (int) CONNECT.invokeExact(state, descriptor, address, 16));
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unusable(e);
    }
  }

  private void sendAll(String text) throws IOException {
    try (Arena request = Arena.ofConfined()) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      MemorySegment memory = request.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      long sent =
          (long) SEND.invokeExact(state, descriptor, memory, (long) bytes.length, MSG_NOSIGNAL);
      if (check("send", sent) != bytes.length) {
        throw new IOException("a request was sent in part only");
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unusable(e);
    }
  }

  private long receive(MemorySegment target, long length, int flags) throws IOException {
    try {
      long received =
          check("recv", (long) RECEIVE.invokeExact(state, descriptor, target, length, flags));
      if (received == 0) {
        throw new IOException("the connection was closed by the registry");
      }
      return received;
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unusable(e);
    }
  }

  private long check(String call, long result) throws IOException {
    if (result < 0) {
      throw new IOException(call + " failed, errno " + (int) ERRNO.get(state, 0L));
    }
    return result;
  }

  private static IOException unusable(Throwable e) {
    return new IOException("a system call cannot be made", e);
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }
}
