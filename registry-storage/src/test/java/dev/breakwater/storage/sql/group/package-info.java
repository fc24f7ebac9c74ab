@NullMarked
package dev.breakwater.storage.sql.group;

import org.jspecify.annotations.NullMarked;
