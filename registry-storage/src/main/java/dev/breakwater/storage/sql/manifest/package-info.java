/** Rows of manifests, of what they name, and of tags as they are written. */
@NullMarked
package dev.breakwater.storage.sql.manifest;

import org.jspecify.annotations.NullMarked;
