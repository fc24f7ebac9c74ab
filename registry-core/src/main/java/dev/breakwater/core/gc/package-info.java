/** Removing what nobody needs any more. */
@NullMarked
package dev.breakwater.core.gc;

import org.jspecify.annotations.NullMarked;
