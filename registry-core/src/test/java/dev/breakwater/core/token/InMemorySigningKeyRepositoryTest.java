package dev.breakwater.core.token;

class InMemorySigningKeyRepositoryTest extends SigningKeyRepositoryContract {
  private final SigningKeyRepository keys = new InMemorySigningKeyRepository();

  @Override
  protected SigningKeyRepository keys() {
    return keys;
  }
}
