@NullMarked
package dev.breakwater.core.selector;

import org.jspecify.annotations.NullMarked;
