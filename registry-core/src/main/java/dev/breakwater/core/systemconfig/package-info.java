/** Settings that administrators change while the program runs. */
@NullMarked
package dev.breakwater.core.systemconfig;

import org.jspecify.annotations.NullMarked;
