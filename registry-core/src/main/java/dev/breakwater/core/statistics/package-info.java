/** How much there is. */
@NullMarked
package dev.breakwater.core.statistics;

import org.jspecify.annotations.NullMarked;
