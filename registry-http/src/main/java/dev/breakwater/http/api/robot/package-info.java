/** Robots in the management API. */
@NullMarked
package dev.breakwater.http.api.robot;

import org.jspecify.annotations.NullMarked;
