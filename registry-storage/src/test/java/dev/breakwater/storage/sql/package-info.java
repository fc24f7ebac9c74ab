@NullMarked
package dev.breakwater.storage.sql;

import org.jspecify.annotations.NullMarked;
