package dev.breakwater.http.app;

import dev.breakwater.core.permission.ProjectCreationRule;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import reactor.core.publisher.Mono;

/** The setting {@code project_creation_restriction}. */
record ConfiguredProjectCreation(ConfigurationSource configuration) implements ProjectCreationRule {
  @Override
  public Mono<Boolean> everyoneMayCreate() {
    return configuration
        .current()
        .map(settings ->
            settings.text(ConfigurationItem.PROJECT_CREATION_RESTRICTION).equals("everyone"));
  }
}
