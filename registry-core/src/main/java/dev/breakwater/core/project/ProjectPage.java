package dev.breakwater.core.project;

import java.util.List;

/**
 * A page of projects.
 *
 * @param total how many there are on all pages
 */
public record ProjectPage(List<Project> projects, long total) {
  static final ProjectPage EMPTY = new ProjectPage(List.of(), 0);

  public ProjectPage {
    projects = List.copyOf(projects);
  }
}
