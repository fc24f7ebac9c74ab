package dev.breakwater.core.robot;

/** Whoever remembers robots for a while and must forget one that changed. */
@FunctionalInterface
public interface RobotWatch {
  void changed(Robot robot);
}
