/** Rows of blobs, their links and upload sessions. */
@NullMarked
package dev.breakwater.storage.sql.blob;

import org.jspecify.annotations.NullMarked;
