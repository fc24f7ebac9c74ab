@NullMarked
package dev.breakwater.storage.blob;

import org.jspecify.annotations.NullMarked;
