package dev.breakwater.http.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeHeaderTest {
  private static final long SIZE = 2048;

  @ParameterizedTest
  @CsvSource({
    "bytes=500-1499, 500, 1499",
    "bytes=500-, 500, 2047",
    "bytes=-500, 1548, 2047",
    "bytes=2000-5000, 2000, 2047",
    "bytes=0-0, 0, 0",
    "bytes=-5000, 0, 2047",
    "Bytes= 1-2 , 1, 2",
    "bytes=0-99999999999999999999999999, 0, 2047"
  })
  void readsOneRange(String header, long first, long last) {
    assertThat(RangeHeader.parse(header, SIZE)).contains(List.of(new ByteRange(first, last)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=500-0",
        "bytes=5000-10000",
        "bytes=2048-",
        "bytes=-0",
        "bytes=99999999999999999999-"
      })
  void cannotSatisfyRangesOutside(String header) {
    assertThat(RangeHeader.parse(header, SIZE)).contains(List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"items=0-1", "bytes", "bytes=", "bytes=a-b", "bytes=-", "bytes=1", "bytes=--1"})
  void ignoresWhatIsNoByteRange(String header) {
    assertThat(RangeHeader.parse(header, SIZE)).isEmpty();
  }

  @Test
  void readsSeveralRangesAndDropsThoseOutside() {
    assertThat(RangeHeader.parse("bytes=0-1,4000-5000, -2", SIZE))
        .contains(List.of(new ByteRange(0, 1), new ByteRange(2046, 2047)));
  }

  @Test
  void sendsTheBlobOnceWhenOverlappingRangesAskForMore() {
    assertThat(RangeHeader.parse("bytes=0-,0-,0-", SIZE)).contains(List.of(new ByteRange(0, 2047)));
  }

  @Test
  void ignoresTenThousandRanges() {
    assertThat(RangeHeader.parse("bytes=" + "0-1,".repeat(10_000) + "0-1", SIZE)).isEmpty();
  }

  @Test
  void hasNoRangesInAnEmptyBlob() {
    assertThat(RangeHeader.parse("bytes=0-0", 0)).contains(List.of());
  }
}
