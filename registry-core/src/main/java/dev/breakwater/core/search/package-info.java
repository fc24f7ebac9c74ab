/** Finds projects and repositories by a part of their names. */
@NullMarked
package dev.breakwater.core.search;

import org.jspecify.annotations.NullMarked;
