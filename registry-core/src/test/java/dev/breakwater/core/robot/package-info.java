@NullMarked
package dev.breakwater.core.robot;

import org.jspecify.annotations.NullMarked;
