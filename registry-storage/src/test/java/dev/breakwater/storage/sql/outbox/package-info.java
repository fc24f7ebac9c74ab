@NullMarked
package dev.breakwater.storage.sql.outbox;

import org.jspecify.annotations.NullMarked;
