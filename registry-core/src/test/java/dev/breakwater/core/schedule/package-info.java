@NullMarked
package dev.breakwater.core.schedule;

import org.jspecify.annotations.NullMarked;
