/** Which artifacts of a project end by themselves, told by their tags. */
@NullMarked
package dev.breakwater.core.expiry;

import org.jspecify.annotations.NullMarked;
