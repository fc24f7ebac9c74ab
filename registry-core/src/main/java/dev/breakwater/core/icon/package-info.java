/** The pictures of artifacts. */
@NullMarked
package dev.breakwater.core.icon;

import org.jspecify.annotations.NullMarked;
