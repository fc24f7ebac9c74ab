package dev.breakwater.core.user;

class InMemoryUserRepositoryTest extends UserRepositoryContract {
  private final UserRepository users = new InMemoryUserRepository();

  @Override
  protected UserRepository users() {
    return users;
  }
}
