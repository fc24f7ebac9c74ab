@NullMarked
package dev.breakwater.storage.sql.token;

import org.jspecify.annotations.NullMarked;
