/** Blobs as objects of a store that speaks S3, streamed on Reactor Netty. */
@NullMarked
package dev.breakwater.storage.blob.s3;

import org.jspecify.annotations.NullMarked;
