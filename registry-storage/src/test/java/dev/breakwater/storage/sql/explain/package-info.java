@NullMarked
package dev.breakwater.storage.sql.explain;

import org.jspecify.annotations.NullMarked;
