@NullMarked
package dev.breakwater.auth.user;

import org.jspecify.annotations.NullMarked;
