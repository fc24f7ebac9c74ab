/** Artifacts in the management API. */
@NullMarked
package dev.breakwater.http.api.artifact;

import org.jspecify.annotations.NullMarked;
