/** Limits on how often something may be tried, counted for all replicas together. */
@NullMarked
package dev.breakwater.core.limit;

import org.jspecify.annotations.NullMarked;
