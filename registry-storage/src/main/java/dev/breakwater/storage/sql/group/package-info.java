/** Rows of groups, and of users whom other systems know. */
@NullMarked
package dev.breakwater.storage.sql.group;

import org.jspecify.annotations.NullMarked;
