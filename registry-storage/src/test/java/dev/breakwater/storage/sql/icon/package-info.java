@NullMarked
package dev.breakwater.storage.sql.icon;

import org.jspecify.annotations.NullMarked;
