@NullMarked
package dev.breakwater.storage.embedded;

import org.jspecify.annotations.NullMarked;
