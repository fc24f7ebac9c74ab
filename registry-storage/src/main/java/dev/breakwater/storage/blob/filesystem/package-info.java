/** Blobs as files of a local or shared file system. */
@NullMarked
package dev.breakwater.storage.blob.filesystem;

import org.jspecify.annotations.NullMarked;
