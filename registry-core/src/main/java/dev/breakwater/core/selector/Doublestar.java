package dev.breakwater.core.selector;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern for the whole of a name, as Harbor's rules use it: {@code *} stands for anything
 * without a slash, {@code ?} for one character but a slash, {@code **} for any components (or none)
 * where it is a component of its own, <code>{a,b}</code> for one of several, {@code [a-z]} and
 * {@code [^a-z]} for a character of a class, a backslash for the next character itself. The empty
 * pattern matches everything.
 *
 * <p>The pattern becomes a small machine whose states are followed all at once: the cost is the
 * product of both lengths at most, whatever the pattern.
 */
public final class Doublestar {
  public static final int MAX_LENGTH = 512;

  private static final int NONE = -1;

  private final String pattern;
  private final boolean everything;
  private final List<State> states = new ArrayList<>();
  private final int start;

  private Doublestar(String pattern) {
    this.pattern = pattern;
    this.everything = pattern.isEmpty() || pattern.equals("**");
    states.add(new State(null, NONE, NONE));
    this.start = sequence(DoublestarParser.parse(pattern), 0);
  }

  /**
   * @throws RegistryException BAD_REQUEST for a pattern that is malformed or longer than {@value
   *     #MAX_LENGTH} characters
   */
  public static Doublestar parse(String pattern) {
    if (pattern.length() > MAX_LENGTH || !pattern.chars().allMatch(Doublestar::isPossible)) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "the pattern '"
              + Printable.shorten(pattern)
              + "' must have at most "
              + MAX_LENGTH
              + " characters, none of them a control character");
    }
    return new Doublestar(pattern);
  }

  private static boolean isPossible(int c) {
    return c >= ' ' && c != 0x7f && !Character.isSurrogate((char) c);
  }

  /** Whether the pattern stands for the whole text. */
  public boolean matches(String text) {
    return everything || run(text).has(0);
  }

  /** How many states are visited for the text: what it costs, whatever the machine. */
  long steps(String text) {
    return run(text).visited;
  }

  private Front run(String text) {
    Front front = new Front(states.size());
    Front next = new Front(states.size());
    add(front, start);
    for (int i = 0; i < text.length() && front.size > 0; i++) {
      next.clear();
      step(front, next, text.charAt(i));
      Front stepped = next;
      next = front;
      front = stepped;
    }
    front.visited += next.visited;
    return front;
  }

  private void step(Front front, Front next, char c) {
    for (int i = 0; i < front.size; i++) {
      State state = states.get(front.reached[i]);
      if (state.test != null && state.test.accepts(c)) {
        add(next, state.next);
      }
    }
  }

  /** Adds a state, and those that are reached from it without a character. */
  private void add(Front front, int index) {
    int[] open = front.open;
    int count = 0;
    open[count++] = index;
    while (count > 0) {
      int reached = open[--count];
      if (reached != NONE && front.add(reached)) {
        State state = states.get(reached);
        if (state.test == null) {
          open[count++] = state.next;
          open[count++] = state.other;
        }
      }
    }
  }

  /** The state that begins the parts and goes on with {@code next}. */
  private int sequence(List<Part> parts, int next) {
    int follower = next;
    for (int i = parts.size() - 1; i >= 0; i--) {
      follower = part(parts.get(i), follower);
    }
    return follower;
  }

  private int part(Part part, int next) {
    return switch (part) {
      case Part.One(CharacterTest test) -> state(test, next);
      case Part.Many(CharacterTest test) -> {
        State loop = new State(null, next, NONE);
        int index = add(loop);
        loop.other = state(test, index);
        yield index;
      }
      case Part.Components _ -> {
        State loop = new State(null, next, NONE);
        int index = add(loop);
        int slash = state(c -> c == '/', index);
        loop.other = part(new Part.Many(c -> c != '/'), slash);
        yield index;
      }
      case Part.Choice(List<List<Part>> choices) -> {
        int choice = sequence(choices.getLast(), next);
        for (int i = choices.size() - 2; i >= 0; i--) {
          choice = add(new State(null, sequence(choices.get(i), next), choice));
        }
        yield choice;
      }
    };
  }

  private int state(CharacterTest test, int next) {
    return add(new State(test, next, NONE));
  }

  private int add(State state) {
    states.add(state);
    return states.size() - 1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Doublestar same && same.pattern.equals(pattern);
  }

  @Override
  public int hashCode() {
    return pattern.hashCode();
  }

  /** The pattern as it was written. */
  @Override
  public String toString() {
    return pattern;
  }

  /** Whether a character fits. */
  @FunctionalInterface
  interface CharacterTest {
    boolean accepts(char c);
  }

  /** What a pattern is made of. */
  sealed interface Part {
    record One(CharacterTest test) implements Part {}

    record Many(CharacterTest test) implements Part {}

    /** Any number of components, each with the slash behind it. */
    record Components() implements Part {}

    record Choice(List<List<Part>> choices) implements Part {}
  }

  /** Goes on after a character that fits; without a test, both ways at once. State 0 is the end. */
  private static final class State {
    private final @Nullable CharacterTest test;
    private final int next;
    private int other;

    State(@Nullable CharacterTest test, int next, int other) {
      this.test = test;
      this.next = next;
      this.other = other;
    }
  }

  /** The states that are reached at a place of the text, each once. */
  private static final class Front {
    private final int[] reached;
    private final int[] open;
    private final boolean[] known;
    private int size;
    private long visited;

    Front(int states) {
      reached = new int[states];
      open = new int[2 * states + 2];
      known = new boolean[states];
    }

    boolean add(int state) {
      visited++;
      if (known[state]) {
        return false;
      }
      known[state] = true;
      reached[size++] = state;
      return true;
    }

    boolean has(int state) {
      return known[state];
    }

    void clear() {
      Arrays.fill(known, false);
      size = 0;
    }
  }
}
