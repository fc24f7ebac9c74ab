package dev.breakwater.http.client;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.outbound.AddressRule;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.resolver.NameResolver;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * Looks names up without blocking, and hands out permitted addresses only. The client connects to
 * what it gets from here, so a name that changes its address in between gains nothing.
 */
final class GuardedResolvers extends AddressResolverGroup<InetSocketAddress> {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final AddressRule rule;

  GuardedResolvers(AddressRule rule) {
    this.rule = rule;
  }

  @Override
  protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
    if (!(executor instanceof EventLoop loop)) {
      throw new IllegalStateException("names are looked up on an event loop: " + executor);
    }
    DnsNameResolver names =
        new DnsNameResolverBuilder(loop)
            .datagramChannelType(NioDatagramChannel.class)
            .queryTimeoutMillis(PATIENCE.toMillis())
            .build();
    return new InetSocketAddressResolver(executor, new Guarded(executor, names, rule));
  }

  private static final class Guarded extends InetNameResolver {
    private final NameResolver<InetAddress> names;
    private final AddressRule rule;

    Guarded(EventExecutor executor, NameResolver<InetAddress> names, AddressRule rule) {
      super(executor);
      this.names = names;
      this.rule = rule;
    }

    @Override
    protected void doResolve(String host, Promise<InetAddress> promise) {
      names
          .resolve(host)
          .addListener((Future<InetAddress> found) -> {
            if (!found.isSuccess()) {
              promise.tryFailure(found.cause());
            } else {
              complete(host, found.getNow(), promise);
            }
          });
    }

    private void complete(String host, InetAddress address, Promise<InetAddress> promise) {
      try {
        promise.trySuccess(rule.require(host, address));
      } catch (RegistryException e) {
        promise.tryFailure(e);
      }
    }

    /** All of them must be permitted: a name with one address of each kind is a trick. */
    @Override
    protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
      names
          .resolveAll(host)
          .addListener((Future<List<InetAddress>> found) -> {
            if (!found.isSuccess()) {
              promise.tryFailure(found.cause());
            } else if (found.getNow().stream().allMatch(rule::permits)) {
              promise.trySuccess(found.getNow());
            } else {
              promise.tryFailure(AddressRule.refused(host));
            }
          });
    }

    @Override
    public void close() {
      names.close();
    }
  }
}
