@NullMarked
package dev.breakwater.storage.sql.quota;

import org.jspecify.annotations.NullMarked;
