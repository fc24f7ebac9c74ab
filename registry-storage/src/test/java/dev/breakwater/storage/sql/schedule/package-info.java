@NullMarked
package dev.breakwater.storage.sql.schedule;

import org.jspecify.annotations.NullMarked;
