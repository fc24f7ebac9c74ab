@NullMarked
package dev.breakwater.auth.robot;

import org.jspecify.annotations.NullMarked;
