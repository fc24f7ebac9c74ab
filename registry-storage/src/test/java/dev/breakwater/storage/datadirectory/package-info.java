@NullMarked
package dev.breakwater.storage.datadirectory;

import org.jspecify.annotations.NullMarked;
