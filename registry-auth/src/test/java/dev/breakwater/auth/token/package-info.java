@NullMarked
package dev.breakwater.auth.token;

import org.jspecify.annotations.NullMarked;
