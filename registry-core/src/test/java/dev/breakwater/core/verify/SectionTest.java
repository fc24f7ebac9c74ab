package dev.breakwater.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.DigestAlgorithm;
import org.junit.jupiter.api.Test;

final class SectionTest {
  @Test
  void coversEveryDigestOnceInTheirOrder() {
    assertThat(Section.all()).hasSize(512).doesNotHaveDuplicates();

    for (Section section : Section.all()) {
      String first = section.begin() + "0".repeat(section.algorithm().hexLength() - 2);
      String last = section.begin() + "f".repeat(section.algorithm().hexLength() - 2);
      assertThat(first).isGreaterThan(section.begin());
      assertThat(last).isLessThan(section.end());
    }
    assertThat(new Section(DigestAlgorithm.SHA256, "ab").end()).isLessThan("sha256:ac");
  }
}
