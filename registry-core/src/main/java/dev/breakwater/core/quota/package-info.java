/** How much a project may hold: room is promised before bytes are accepted, and counted exactly. */
@NullMarked
package dev.breakwater.core.quota;

import org.jspecify.annotations.NullMarked;
