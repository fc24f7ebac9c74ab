package dev.breakwater.core.adoption;

import dev.breakwater.core.blob.BlobRepository;
import dev.breakwater.core.blob.BlobSettings;
import dev.breakwater.core.blob.BlobStore;
import dev.breakwater.core.blob.SmallBlobs;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.manifest.ManifestRepository;
import dev.breakwater.core.manifest.PushManifest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.NewProject;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.project.ProjectChange;
import dev.breakwater.core.project.ProjectName;
import dev.breakwater.core.project.ProjectService;
import dev.breakwater.core.quota.ProjectSpace;
import dev.breakwater.core.verify.Pace;
import dev.breakwater.core.verify.StoredBlobs;
import java.time.Clock;
import java.util.Map;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Adopts the storage of distribution's registry where it lies: links, tags and manifests become
 * rows, by the same transactions that end a push, and no byte is copied. What is here already stays
 * as it is, so that a run that was killed is completed by another one.
 *
 * <p>Manifests that lie among the blobs stay there, and so do blobs that no manifest names.
 */
public final class AdoptRegistry {
  private final DistributionLayout layout;
  private final ProjectService projects;
  private final AdoptManifests manifests;
  private final AdoptTags tags;
  private final Scheduler timer;

  /**
   * @param listing shows what lies beside the blobs of the store
   * @param timer waits where the rate demands it
   */
  public AdoptRegistry(
      ObjectListing listing,
      BlobStore store,
      StoredBlobs files,
      SmallBlobs small,
      BlobRepository blobs,
      ManifestRepository manifests,
      PushManifest push,
      ProjectService projects,
      ProjectSpace space,
      BlobSettings settings,
      Scheduler timer,
      Clock clock) {
    this.layout = new DistributionLayout(listing);
    this.projects = projects;
    this.manifests =
        new AdoptManifests(
            layout,
            small,
            new AdoptBlobs(blobs, store, files, space, settings, clock),
            manifests,
            push);
    this.tags = new AdoptTags(layout, manifests, push);
    this.timer = timer;
  }

  /**
   * @param caller who pushes it all; creates projects, so an administrator
   * @param lines gets what is done and skipped, for people
   * @throws RegistryException (as error signal) if the storage or the database fails
   */
  public Mono<AdoptionReport> adopt(
      Caller caller, AdoptionOptions options, Consumer<String> lines) {
    return Mono.defer(() -> {
      AdoptionReport report = new AdoptionReport(lines);
      AdoptionRun run =
          new AdoptionRun(caller, options, report, new Pace(options.bytesPerSecond(), timer));
      return repositories(report)
          .concatMap(path -> adopt(run, path), 1)
          .then(
              Mono.fromSupplier(() -> {
                report.end();
                return report;
              }));
    });
  }

  private Flux<String> repositories(AdoptionReport report) {
    return Flux.just(new Folder("", false))
        .expandDeep(folder -> folder.isRepository() ? Flux.empty() : inside(report, folder))
        .filter(Folder::isRepository)
        .map(Folder::path);
  }

  /** The folder once more if it is a repository, and the folders in it. */
  private Flux<Folder> inside(AdoptionReport report, Folder folder) {
    if (folder.path().length() > RepositoryName.MAX_LENGTH) {
      report.skipped(folder.path(), "no repository has so long a name");
      return Flux.empty();
    }
    return layout
        .names(folder.path())
        .filter(name -> !name.startsWith("_") || name.equals(DistributionLayout.MANIFESTS))
        .map(folder::inside);
  }

  private Mono<Void> adopt(AdoptionRun run, String path) {
    return Skipping.orSkip(run.report(), path, Mono.defer(() -> find(run, path)))
        .flatMap(repository ->
            manifests
                .adopt(run, repository)
                .then(Mono.defer(() -> tags.adopt(run, repository)))
                .then(Mono.fromRunnable(() -> run.report().repository(repository.name().value()))));
  }

  /** Its project is created if there is none. */
  private Mono<FoundRepository> find(AdoptionRun run, String path) {
    RepositoryName name =
        RepositoryName.parse(path.contains("/") ? path : run.options().project() + "/" + path);
    return project(run, ProjectName.parse(name.project()))
        .map(project -> new FoundRepository(path, name, project));
  }

  private Mono<Project> project(AdoptionRun run, ProjectName name) {
    return Mono.defer(() -> projects.find(run.caller(), name.value()))
        .onErrorResume(
            RegistryException.class,
            error -> error.code() == ErrorCode.NOT_FOUND ? create(run, name) : Mono.error(error));
  }

  private Mono<Project> create(AdoptionRun run, ProjectName name) {
    boolean isPublic = run.options().publicProjects();
    return projects
        .create(
            run.caller(),
            new NewProject(name, isPublic, Map.of(), NewProject.BY_DEFAULT),
            ProjectChange.NONE)
        .doOnNext(_ -> run.report().project(name.value(), isPublic))
        .onErrorResume(
            RegistryException.class,
            error ->
                error.code() == ErrorCode.CONFLICT
                    ? projects.find(run.caller(), name.value())
                    : Mono.error(error));
  }

  /** A folder among the repositories, or the repository that it is. */
  private record Folder(String path, boolean isRepository) {
    Folder inside(String name) {
      return name.equals(DistributionLayout.MANIFESTS)
          ? new Folder(path, true)
          : new Folder(path.isEmpty() ? name : path + "/" + name, false);
    }
  }
}
