/** Robots: accounts of programs, with exactly the rights they were given. */
@NullMarked
package dev.breakwater.core.robot;

import org.jspecify.annotations.NullMarked;
