package dev.breakwater.core.adoption;

import dev.breakwater.core.oci.Printable;
import java.util.function.Consumer;

/** What an adoption found and did. Several threads write to it. */
public final class AdoptionReport {
  private final Consumer<String> lines;
  private long repositories;
  private long projects;
  private long manifests;
  private long tags;
  private long blobs;
  private long manifestsBefore;
  private long tagsBefore;
  private long skipped;

  AdoptionReport(Consumer<String> lines) {
    this.lines = lines;
  }

  synchronized void project(String name, boolean isPublic) {
    projects++;
    lines.accept("project " + name + " created, " + (isPublic ? "public" : "private"));
  }

  synchronized void blob() {
    blobs++;
  }

  synchronized void manifest(boolean adopted) {
    if (adopted) {
      manifests++;
    } else {
      manifestsBefore++;
    }
  }

  synchronized void tag(boolean adopted) {
    if (adopted) {
      tags++;
    } else {
      tagsBefore++;
    }
  }

  synchronized void skipped(String what, String why) {
    skipped++;
    lines.accept("skipped " + Printable.shorten(what) + ": " + why);
  }

  /** A repository is done. */
  synchronized void repository(String name) {
    repositories++;
    lines.accept(name);
  }

  synchronized void end() {
    lines.accept(
        repositories
            + " repositories: "
            + tags
            + " tags, "
            + manifests
            + " manifests and "
            + blobs
            + " blobs adopted");
    if (projects > 0) {
      lines.accept(projects + " projects created");
    }
    if (manifestsBefore + tagsBefore > 0) {
      lines.accept(tagsBefore + " tags and " + manifestsBefore + " manifests were here already");
    }
    lines.accept(skipped + " skipped");
  }

  public synchronized long repositories() {
    return repositories;
  }

  /** Whether nothing was skipped. */
  public synchronized boolean isWhole() {
    return skipped == 0;
  }
}
