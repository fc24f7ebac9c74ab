package dev.breakwater.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaPackage;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.scheduler.Schedulers;

/** What no class may do, and what every package must say. */
final class CodeRulesTest {
  /** Owners of a life cycle, which begin or end something outside any request. */
  private static final Set<String> MAY_SUBSCRIBE = Set.of("UploadPump", "RegistryServer");

  private static final Set<String> MAY_BLOCK =
      Set.of("Database", "RegistryServer", "S3Connections");

  @Test
  void blocksNowhereButAtTheEdgesOfTheProgram() {
    noClasses()
        .that(areNot(MAY_BLOCK))
        .should()
        .callMethodWhere(
            callsPublisher(
                nameMatching("block|blockFirst|blockLast|blockOptional|toIterable|toStream")))
        .check(ProductionClasses.ALL);
  }

  @Test
  void subscribesOnlyWhereALifeCycleIsOwned() {
    noClasses()
        .that(areNot(MAY_SUBSCRIBE))
        .should()
        .callMethodWhere(callsPublisher(name("subscribe")))
        .check(ProductionClasses.ALL);
  }

  @Test
  void usesNamedPoolsAndNeverTheCommonElasticOne() {
    noClasses()
        .should()
        .callMethod(Schedulers.class, "boundedElastic")
        .check(ProductionClasses.ALL);
  }

  @Test
  void neverSleeps() {
    noClasses()
        .should()
        .callMethodWhere(
            target(
                    owner(
                        DescribedPredicate.describe("Thread", t -> t.isEquivalentTo(Thread.class))))
                .and(target(name("sleep"))))
        .check(ProductionClasses.ALL);
  }

  @Test
  void marksEveryPackageNullMarked() {
    Set<String> unmarked =
        ProductionClasses.ALL.stream()
            .map(JavaClass::getPackage)
            .filter(each -> each.tryGetAnnotationOfType(NullMarked.class).isEmpty())
            .map(JavaPackage::getName)
            .collect(Collectors.toSet());

    assertThat(unmarked).isEmpty();
  }

  @Test
  void namesSayWhatAThingIs() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Impl")
        .orShould()
        .haveNameMatching(".*(Manager|Helper|Utils?|Data|Info)")
        .orShould()
        .resideInAnyPackage(
            "..util..", "..common..", "..misc..", "..helper..", "..manager..", "..impl..")
        .check(ProductionClasses.ALL);
  }

  private static DescribedPredicate<JavaClass> areNot(Set<String> names) {
    return DescribedPredicate.describe(
        "are not " + names,
        each -> !names.contains(outermost(each).getSimpleName()) && !isMain(each));
  }

  /** The program's own main thread may wait. */
  private static boolean isMain(JavaClass each) {
    return each.getPackageName().equals("dev.breakwater.http.app");
  }

  private static JavaClass outermost(JavaClass each) {
    JavaClass outer = each;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer;
  }

  private static DescribedPredicate<JavaMethodCall> callsPublisher(
      DescribedPredicate<? super com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget>
          method) {
    return DescribedPredicate.describe(
        "calls " + method.getDescription() + " of a Publisher",
        call ->
            call.getTargetOwner().isAssignableTo(Publisher.class) && method.test(call.getTarget()));
  }
}
