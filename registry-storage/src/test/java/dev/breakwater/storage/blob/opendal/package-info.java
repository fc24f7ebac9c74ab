@NullMarked
package dev.breakwater.storage.blob.opendal;

import org.jspecify.annotations.NullMarked;
