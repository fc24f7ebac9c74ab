package dev.breakwater.core.user;

/** Whoever remembers users for a while and must forget one that changed. */
@FunctionalInterface
public interface UserWatch {
  void changed(User user);
}
