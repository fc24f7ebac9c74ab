/** Renders what lists are asked for as SQL, with bound values only. */
@NullMarked
package dev.breakwater.storage.sql.query;

import org.jspecify.annotations.NullMarked;
