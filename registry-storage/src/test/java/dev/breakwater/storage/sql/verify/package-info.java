@NullMarked
package dev.breakwater.storage.sql.verify;

import org.jspecify.annotations.NullMarked;
