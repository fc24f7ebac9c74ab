@NullMarked
package dev.breakwater.storage.sql.gc;

import org.jspecify.annotations.NullMarked;
