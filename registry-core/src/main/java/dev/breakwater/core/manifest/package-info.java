/** Manifests: push, pull, delete and referrers. */
@NullMarked
package dev.breakwater.core.manifest;

import org.jspecify.annotations.NullMarked;
