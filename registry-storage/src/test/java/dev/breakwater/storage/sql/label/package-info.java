@NullMarked
package dev.breakwater.storage.sql.label;

import org.jspecify.annotations.NullMarked;
