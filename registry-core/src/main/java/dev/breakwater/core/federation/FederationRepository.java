package dev.breakwater.core.federation;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.util.List;
import reactor.core.publisher.Mono;

/** The rows of federation rules. */
public interface FederationRepository {
  Mono<Federation> find(long id);

  /** The enabled rules for tokens of this issuer, at most 1,000; none is an empty list. */
  Mono<List<Federation>> findEnabled(String issuer);

  Mono<Slice<Federation>> list(ListRequest request);

  /** An error CONFLICT if the name is taken. */
  Mono<Federation> create(Tx tx, FederationTerms terms);

  /** False if there is none; CONFLICT if the name is taken. */
  Mono<Boolean> update(Tx tx, long id, FederationTerms terms);

  Mono<Boolean> delete(Tx tx, long id);
}
