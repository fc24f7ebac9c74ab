@NullMarked
package dev.breakwater.auth.password;

import org.jspecify.annotations.NullMarked;
