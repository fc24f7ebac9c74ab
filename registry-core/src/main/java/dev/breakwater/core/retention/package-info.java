/** Which artifacts of a project are kept, and why. */
@NullMarked
package dev.breakwater.core.retention;

import org.jspecify.annotations.NullMarked;
