/** Why artifacts and blobs stay. */
@NullMarked
package dev.breakwater.core.explain;

import org.jspecify.annotations.NullMarked;
