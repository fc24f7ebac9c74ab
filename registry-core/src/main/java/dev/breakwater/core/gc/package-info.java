/** Garbage collection: what nothing needs any more is deleted, while everybody goes on working. */
@NullMarked
package dev.breakwater.core.gc;

import org.jspecify.annotations.NullMarked;
