package dev.breakwater.storage.sql.icon;

import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import org.junit.jupiter.api.Test;

final class IconPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void findsAPictureByIndex() {
    Plan.of(database, PgIconRepository.IS_ICON, LargeRegistry.blob(7)).findsByIndex();
  }
}
