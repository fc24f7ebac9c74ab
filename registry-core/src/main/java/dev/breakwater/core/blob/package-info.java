/** Blobs: upload sessions, content, mounts and deletion. */
@NullMarked
package dev.breakwater.core.blob;

import org.jspecify.annotations.NullMarked;
