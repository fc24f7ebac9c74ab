package dev.breakwater.core.notification;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Carries at once, to all, on the thread of whoever sends. */
public final class Air implements Notifications, Broadcast {
  private final Sinks.Many<Heard> heard = Sinks.many().multicast().directBestEffort();
  private final List<Heard> sent = new CopyOnWriteArrayList<>();
  private boolean away;
  private Mono<Void> delay = Mono.empty();

  /** From now on nothing is carried, or it is again. */
  public void away(boolean now) {
    away = now;
  }

  /** Whatever is sent from now on is carried at once, but its sender learns of it later. */
  public void delay(Mono<Void> until) {
    delay = until;
  }

  /** What was sent on a channel, oldest first. */
  public List<String> sent(String channel) {
    List<String> payloads = new ArrayList<>();
    for (Heard each : sent) {
      if (each.channel().equals(channel) && each.signal() instanceof Signal.Message(String text)) {
        payloads.add(text);
      }
    }
    return payloads;
  }

  /** Something was lost. */
  public void gap() {
    CHANNELS.forEach(channel -> heard.tryEmitNext(new Heard(channel, new Signal.Gap())));
  }

  private static final List<String> CHANNELS = List.of(MANIFESTS, ACKNOWLEDGEMENTS);

  @Override
  public Flux<Signal> listen(String channel) {
    return heard.asFlux().filter(each -> each.channel().equals(channel)).map(Heard::signal);
  }

  @Override
  public Mono<Void> send(String channel, String payload) {
    return away
        ? Mono.error(new IllegalStateException("away"))
        : Mono.fromRunnable(() -> carry(channel, payload)).then(delay);
  }

  private void carry(String channel, String payload) {
    Heard message = new Heard(channel, new Signal.Message(payload));
    sent.add(message);
    heard.tryEmitNext(message);
  }

  private record Heard(String channel, Signal signal) {}
}
