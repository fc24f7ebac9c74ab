@NullMarked
package dev.breakwater.storage.sql.query;

import org.jspecify.annotations.NullMarked;
