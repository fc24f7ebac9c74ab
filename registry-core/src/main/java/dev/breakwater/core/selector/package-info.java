/** Patterns that choose repositories and tags. */
@NullMarked
package dev.breakwater.core.selector;

import org.jspecify.annotations.NullMarked;
