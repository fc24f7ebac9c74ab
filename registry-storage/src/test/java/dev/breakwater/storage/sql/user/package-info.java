@NullMarked
package dev.breakwater.storage.sql.user;

import org.jspecify.annotations.NullMarked;
