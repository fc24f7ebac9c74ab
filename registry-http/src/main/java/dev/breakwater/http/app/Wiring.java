package dev.breakwater.http.app;

import dev.breakwater.http.app.config.Settings;

/** The composition root. HOOK: everything is put together here. */
final class Wiring implements Program {
  @Override
  public int serve(Settings settings) {
    throw new UnsupportedOperationException("the server is not wired yet");
  }

  @Override
  public String tokenRoot(Settings settings) {
    throw new UnsupportedOperationException("the token root is not wired yet");
  }
}
