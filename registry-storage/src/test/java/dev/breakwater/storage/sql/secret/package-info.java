@NullMarked
package dev.breakwater.storage.sql.secret;

import org.jspecify.annotations.NullMarked;
