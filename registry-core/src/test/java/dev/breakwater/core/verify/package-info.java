@NullMarked
package dev.breakwater.core.verify;

import org.jspecify.annotations.NullMarked;
