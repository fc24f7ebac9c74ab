@NullMarked
package dev.breakwater.storage.sql.tag;

import org.jspecify.annotations.NullMarked;
