@NullMarked
package dev.breakwater.core.artifact;

import org.jspecify.annotations.NullMarked;
