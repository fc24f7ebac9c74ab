/** Tags of a repository. */
@NullMarked
package dev.breakwater.core.tag;

import org.jspecify.annotations.NullMarked;
