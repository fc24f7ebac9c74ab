/** Blobs in the object stores of clouds, reached through Apache OpenDAL. */
@NullMarked
package dev.breakwater.storage.blob.opendal;

import org.jspecify.annotations.NullMarked;
