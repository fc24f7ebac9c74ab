package dev.breakwater.core.manifest;

import dev.breakwater.core.audit.AuditRepository;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Writes the rows of manifests that are pushed, and of the tags that point to them. */
public interface ManifestPushes {
  /**
   * Waits until nobody else writes these tags, and keeps others out until the transaction ends.
   * Comes first in a transaction: what follows sees what was committed before.
   */
  Mono<Void> lock(Tx tx, RepositoryName repository, Collection<Tag> tags);

  /**
   * Stores the manifest and moves the tags, or changes nothing.
   *
   * <p>Every blob that is not {@link dev.breakwater.core.oci.Descriptor#remote remote} must be
   * linked by the repository, and every child must be a manifest or a linked blob of the repository
   * (unless {@link NewManifest#sparse}); they cannot be removed before the transaction ends. A
   * manifest that is there already stays as it is; the tags move all the same.
   *
   * @param promise what room was promised under
   */
  Mono<Accounted<Outcome>> store(Tx tx, NewManifest manifest, UUID promise);

  /**
   * The same as {@link #lock}, {@link #store} and the record of the event in a transaction of its
   * own, in one statement, if all tags are new and the manifest is new or has another tag.
   *
   * @param event recorded if the manifest or a tag is new
   * @param now when it happens
   * @return nothing to settle; empty if it is not so, or somebody else writes one of the tags:
   *     nothing was done
   * @throws dev.breakwater.core.quota.MoreRoomNeeded (as error signal) nothing was done for want of
   *     room
   */
  Mono<Outcome> storeAlone(
      NewManifest manifest, UUID promise, AuditRepository.Judged event, Instant now);

  /**
   * The same as {@link #storeAlone}, and much cheaper, for a manifest without children that has a
   * tag already and gets new ones. It needs no room, and ends no promise.
   *
   * @return empty if it is not so: nothing was done
   */
  Mono<Outcome> tagAlone(NewManifest manifest, AuditRepository.Judged event, Instant now);

  /**
   * Whether {@link #store} would find everything there and change nothing: the manifest, all that
   * it names, and the tags, which point to it already. False is no promise that it would.
   */
  Mono<Boolean> isStored(
      long projectId,
      RepositoryName repository,
      Digest digest,
      ManifestDocument document,
      List<Tag> tags);

  /**
   * Points a {@link #lock locked} tag to a manifest that the repository has.
   *
   * @return the tag as it was before
   */
  Mono<TagMove> tag(Tx tx, long repositoryId, Digest digest, Tag tag, String username);

  /**
   * Lets a manifest end by a rule of the project, unless it says itself when it ends. Whether all
   * of its tags agree is looked at before it is deleted.
   */
  Mono<Void> renewExpiry(Tx tx, RepositoryName repository, Digest digest, Instant end);

  /** Notes of manifests whether tags still point to them; after tags moved. */
  Mono<Void> settle(Tx tx, Set<Long> manifestIds);

  /**
   * @param missing what the manifest names and the repository does not have; nothing was stored
   *     unless it is empty
   * @param created whether the manifest is new here
   * @param tags as they were before, of those that were written
   * @param unsettled manifests to {@link #settle}
   */
  record Outcome(List<Digest> missing, boolean created, List<TagMove> tags, Set<Long> unsettled) {
    public Outcome {
      missing = List.copyOf(missing);
      tags = List.copyOf(tags);
      unsettled = Set.copyOf(unsettled);
    }
  }
}
