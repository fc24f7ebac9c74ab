@NullMarked
package dev.breakwater.core.secret;

import org.jspecify.annotations.NullMarked;
