/** Rows of settings. */
@NullMarked
package dev.breakwater.storage.sql.systemconfig;

import org.jspecify.annotations.NullMarked;
