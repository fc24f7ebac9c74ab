/** The only place that knows the JSON library. */
@NullMarked
package dev.breakwater.core.json;

import org.jspecify.annotations.NullMarked;
