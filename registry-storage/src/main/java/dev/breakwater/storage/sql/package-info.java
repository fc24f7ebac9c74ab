/** Rows in PostgreSQL: connections, transactions, migrations. */
@NullMarked
package dev.breakwater.storage.sql;

import org.jspecify.annotations.NullMarked;
