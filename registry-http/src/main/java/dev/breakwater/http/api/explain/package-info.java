/** Reasons to live, and previews of what would go. */
@NullMarked
package dev.breakwater.http.api.explain;

import org.jspecify.annotations.NullMarked;
