/** Artifacts: manifests as the management API sees them. */
@NullMarked
package dev.breakwater.core.artifact;

import org.jspecify.annotations.NullMarked;
