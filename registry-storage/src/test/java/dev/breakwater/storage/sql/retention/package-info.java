@NullMarked
package dev.breakwater.storage.sql.retention;

import org.jspecify.annotations.NullMarked;
