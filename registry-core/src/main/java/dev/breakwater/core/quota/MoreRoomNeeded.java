package dev.breakwater.core.quota;

/**
 * A change was undone because its project grew by more than was promised for it. Whoever made it
 * asks for the room and makes it again.
 */
public final class MoreRoomNeeded extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long bytes;

  /**
   * @param bytes how many more must be promised
   */
  public MoreRoomNeeded(long bytes) {
    super("room for " + bytes + " bytes more must be promised first");
    this.bytes = bytes;
  }

  long bytes() {
    return bytes;
  }
}
