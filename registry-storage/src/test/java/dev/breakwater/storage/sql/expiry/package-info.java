@NullMarked
package dev.breakwater.storage.sql.expiry;

import org.jspecify.annotations.NullMarked;
