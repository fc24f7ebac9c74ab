@NullMarked
package dev.breakwater.core.user;

import org.jspecify.annotations.NullMarked;
