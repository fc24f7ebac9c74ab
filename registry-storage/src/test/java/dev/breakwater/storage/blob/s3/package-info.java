@NullMarked
package dev.breakwater.storage.blob.s3;

import org.jspecify.annotations.NullMarked;
