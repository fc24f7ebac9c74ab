/** What all drivers of the blob store share. */
@NullMarked
package dev.breakwater.storage.blob;

import org.jspecify.annotations.NullMarked;
