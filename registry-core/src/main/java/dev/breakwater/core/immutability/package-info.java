/** Which tags of a project may neither move nor go. */
@NullMarked
package dev.breakwater.core.immutability;

import org.jspecify.annotations.NullMarked;
