@NullMarked
package dev.breakwater.storage.sql.backup;

import org.jspecify.annotations.NullMarked;
