package dev.breakwater.core.quota;

import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.quota.QuotaRepository.Folded;
import dev.breakwater.core.quota.QuotaRepository.Nearly;
import dev.breakwater.core.transaction.Transactions;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Adds up what changed in the use of projects, and warns once when a project's use goes beyond
 * {@link Quota#WARNING_PERCENT} of its limit: again only after it was below. Pushes do not wait for
 * it; it comes some seconds later.
 */
public final class FoldUsage {
  private final QuotaRepository quotas;
  private final Transactions transactions;
  private final EventRecorder events;

  public FoldUsage(QuotaRepository quotas, Transactions transactions, EventRecorder events) {
    this.quotas = quotas;
    this.transactions = transactions;
    this.events = events;
  }

  /**
   * @param changes at most so many
   * @return how many there were
   */
  public Mono<Long> fold(int changes) {
    return transactions
        .inTx(tx ->
            quotas
                .fold(tx, changes)
                .delayUntil(folded ->
                    events.recordAll(tx, folded.full().stream().map(FoldUsage::event).toList())))
        .map(Folded::changes);
  }

  private static Event event(Nearly project) {
    return new Event(
        EventType.QUOTA_WARNING,
        QuotaAlarm.ACTOR,
        "",
        Optional.of(project.projectId()),
        project.projectName(),
        "quota usage of project "
            + project.projectName()
            + " reaches "
            + Quota.WARNING_PERCENT
            + "%: "
            + ProjectSpace.size(project.used())
            + " of "
            + ProjectSpace.size(project.limit()),
        true);
  }
}
