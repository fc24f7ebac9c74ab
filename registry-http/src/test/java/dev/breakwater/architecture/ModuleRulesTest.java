package dev.breakwater.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which module, and which room in it, may know what. */
final class ModuleRulesTest {
  private static final String CORE = "dev.breakwater.core..";
  private static final String STORAGE = "dev.breakwater.storage..";
  private static final String AUTH = "dev.breakwater.auth..";
  private static final String HTTP = "dev.breakwater.http..";

  @Test
  void seesTheClassesOfAllModules() {
    for (String module : new String[] {"core", "storage", "auth", "http"}) {
      assertThat(ProductionClasses.ALL)
          .as("classes of registry-%s", module)
          .anyMatch(each -> each.getPackageName().startsWith("dev.breakwater." + module));
    }
  }

  @Test
  void coreUsesOnlySmallPureLibraries() {
    classes()
        .that()
        .resideInAPackage(CORE)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            CORE,
            "java..",
            "javax.crypto..",
            "reactor.core..",
            "reactor.util..",
            "reactor.function..",
            "org.reactivestreams..",
            "org.jspecify..",
            "org.slf4j..",
            "io.micrometer.core..",
            "com.cronutils..",
            "org.apache.commons.compress.archivers.tar..",
            "org.yaml.snakeyaml..",
            "com.fasterxml.jackson..",
            "com.github.benmanes.caffeine..")
        .check(ProductionClasses.ALL);
  }

  @Test
  void storageAndAuthKnowCoreAndNotEachOther() {
    noClasses()
        .that()
        .resideInAPackage(STORAGE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(AUTH, HTTP)
        .check(ProductionClasses.ALL);
    noClasses()
        .that()
        .resideInAPackage(AUTH)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(STORAGE, HTTP)
        .check(ProductionClasses.ALL);
  }

  @Test
  void featuresOfCoreAreFreeOfCycles() {
    slices()
        .matching("dev.breakwater.core.(*)..")
        .should()
        .beFreeOfCycles()
        .check(ProductionClasses.ALL);
  }

  @Test
  void handlersGoThroughUseCasesAndNeverToRowsOrBytes() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.breakwater.http.v2..", "dev.breakwater.http.api..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("dev\\.breakwater\\.core\\..*(Repository|BlobStore|Transactions)")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage(STORAGE)
        .allowEmptyShould(true)
        .check(ProductionClasses.ALL);
  }

  @Test
  void librariesStayInTheirRooms() {
    only("io.r2dbc..", "dev.breakwater.storage.sql..");
    only("com.cronutils..", "dev.breakwater.core.schedule..");
    only("io.lettuce..", "dev.breakwater.storage.redis..");
    only("org.apache.opendal..", "dev.breakwater.storage.blob.opendal..");
    only("com.nimbusds..", AUTH);
    only("com.unboundid..", "dev.breakwater.auth.ldap..");
    only("org.bouncycastle..", AUTH);
    // The database's client library takes the bytes of COPY in Netty's buffers.
    only("io.netty..", HTTP, "dev.breakwater.storage.blob..", "dev.breakwater.storage.sql");
    // The database's client library runs on event loops of its own; a Unix socket needs their
    // native kind.
    only(
        "reactor.netty..",
        HTTP,
        "dev.breakwater.storage.blob..",
        "dev.breakwater.storage.sql..",
        "dev.breakwater.storage.embedded..");
    only(
        "com.fasterxml.jackson.databind..",
        "dev.breakwater.core.json..",
        "dev.breakwater.http.app..");
    only("picocli..", "dev.breakwater.http.app..");
    only("ch.qos.logback..", "dev.breakwater.http.app..");
  }

  private static void only(String library, String... rooms) {
    noClasses()
        .that()
        .resideOutsideOfPackages(rooms)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(ProductionClasses.ALL);
  }
}
